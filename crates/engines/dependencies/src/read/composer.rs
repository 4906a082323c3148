//! `composer.json` and `composer.lock`.

use serde_json::Value;

use super::lines::Lines;
use super::npm::licence;
use super::{ReadError, json};
use crate::{Kind, Manifest, Package, Project, Scope};

/// PHP itself, its extensions and libraries are no packages.
fn is_platform(name: &str) -> bool {
    !name.contains('/')
}

pub(super) fn manifest(source: &str) -> Result<Manifest, ReadError> {
    let value = json(source)?;
    let mut manifest = Manifest::new(Kind::ComposerJson);
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    manifest.project =
        Some(Project { name: text("name"), version: text("version"), licence: licence(&value) });
    let mut lines = Lines::new(source);
    for (section, scope) in [("require", Scope::Runtime), ("require-dev", Scope::Development)] {
        let Some(map) = value.get(section).and_then(Value::as_object) else { continue };
        lines.rewind();
        lines.quoted(section);
        for (name, wanted) in map.iter().filter(|(name, _)| !is_platform(name)) {
            let line = lines.quoted(name);
            let wanted = wanted.as_str().unwrap_or_default();
            manifest.packages.push(Package::wanted(name, wanted, scope, line));
        }
    }
    Ok(manifest)
}

pub(super) fn lock(source: &str) -> Result<Manifest, ReadError> {
    let value = json(source)?;
    let mut manifest = Manifest::new(Kind::ComposerLock);
    let mut lines = Lines::new(source);
    for (section, scope) in [("packages", Scope::Runtime), ("packages-dev", Scope::Development)] {
        lines.rewind();
        lines.quoted(section);
        for entry in value.get(section).and_then(Value::as_array).into_iter().flatten() {
            let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
            let name = text("name");
            let line = lines.find(&format!("\"name\": \"{name}\""));
            let mut package = Package::new(name, text("version"), line);
            package.scope = scope;
            package.licence = licence(entry);
            package.keys = vec![name.to_lowercase()];
            let needs = entry.get("require").and_then(Value::as_object);
            package.needs = needs
                .into_iter()
                .flat_map(|map| map.keys())
                .filter(|name| !is_platform(name))
                .map(|name| name.to_lowercase())
                .collect();
            manifest.packages.push(package);
        }
    }
    Ok(manifest)
}
