//! `pubspec.yaml` and `pubspec.lock`.

use serde_json::Value;

use super::lines::Lines;
use super::{ReadError, yaml};
use crate::{Kind, Manifest, Package, Project, Scope};

pub(super) fn pubspec(source: &str) -> Result<Manifest, ReadError> {
    let value: Value = yaml(source)?;
    let mut manifest = Manifest::new(Kind::Pubspec);
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    manifest.project =
        Some(Project { name: text("name"), version: text("version"), licence: String::new() });
    let mut lines = Lines::new(source);
    for (section, scope) in
        [("dependencies", Scope::Runtime), ("dev_dependencies", Scope::Development)]
    {
        let Some(map) = value.get(section).and_then(Value::as_object) else { continue };
        lines.rewind();
        lines.find(&format!("\n{section}:"));
        for (name, wanted) in map {
            let line = lines.find(&format!(" {name}:"));
            if wanted.get("sdk").is_some() || wanted.get("path").is_some() {
                continue;
            }
            let wanted = wanted.as_str().or_else(|| wanted.get("version")?.as_str());
            manifest.packages.push(Package::wanted(name, wanted.unwrap_or_default(), scope, line));
        }
    }
    Ok(manifest)
}

pub(super) fn lock(source: &str) -> Result<Manifest, ReadError> {
    let value: Value = yaml(source)?;
    let mut manifest = Manifest::new(Kind::PubspecLock);
    let mut lines = Lines::new(source);
    let packages = value.get("packages").and_then(Value::as_object);
    for (name, entry) in packages.into_iter().flatten() {
        let line = lines.find(&format!("  {name}:"));
        let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        if matches!(text("source"), "sdk" | "path") {
            continue;
        }
        let mut package = Package::new(name, text("version"), line);
        let kind = text("dependency");
        package.direct = Some(kind.starts_with("direct"));
        package.scope = match kind {
            "direct main" | "direct overridden" => Scope::Runtime,
            "direct dev" => Scope::Development,
            _ => Scope::Unknown,
        };
        manifest.packages.push(package);
    }
    Ok(manifest)
}
