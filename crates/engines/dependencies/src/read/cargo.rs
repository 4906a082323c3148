//! `Cargo.toml` and `Cargo.lock`.

use toml::{Table, Value};

use super::lines::Lines;
use super::{ReadError, toml_of};
use crate::{Kind, Manifest, Package, Project, Root, Scope};

pub(super) fn manifest(source: &str) -> Result<Manifest, ReadError> {
    let value = toml_of(source)?;
    let mut manifest = Manifest::new(Kind::CargoToml);
    if let Some(package) = value.get("package") {
        let text =
            |key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        manifest.project = Some(Project {
            name: text("name"),
            version: text("version"),
            licence: text("license"),
        });
    }
    let mut lines = Lines::new(source);
    sections(&value, &mut manifest, &mut lines);
    let targets = value.get("target").and_then(Value::as_table);
    for target in targets.into_iter().flat_map(Table::values).filter_map(Value::as_table) {
        sections(target, &mut manifest, &mut lines);
    }
    Ok(manifest)
}

fn sections(table: &Table, manifest: &mut Manifest, lines: &mut Lines<'_>) {
    for (section, scope) in [
        ("dependencies", Scope::Runtime),
        ("build-dependencies", Scope::Development),
        ("dev-dependencies", Scope::Development),
    ] {
        let Some(wanted) = table.get(section).and_then(Value::as_table) else { continue };
        lines.rewind();
        lines.find(&format!("{section}]"));
        for (name, wanted) in wanted {
            let line = lines.key(name);
            if wanted.get("path").is_some() && wanted.get("version").is_none() {
                continue;
            }
            let version = wanted.as_str().or_else(|| wanted.get("version")?.as_str());
            let name = wanted.get("package").and_then(Value::as_str).unwrap_or(name);
            manifest.packages.push(Package::wanted(name, version.unwrap_or_default(), scope, line));
        }
    }
}

pub(super) fn lock(source: &str) -> Result<Manifest, ReadError> {
    let value = toml_of(source)?;
    let mut manifest = Manifest::new(Kind::CargoLock);
    let mut lines = Lines::new(source);
    for entry in value.get("package").and_then(Value::as_array).into_iter().flatten() {
        lines.find("[[package]]");
        let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        let (name, version, origin) = (text("name"), text("version"), text("source"));
        let line = lines.quoted(name);
        let needs: Vec<String> = entry
            .get("dependencies")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        if origin.is_empty() {
            // A crate of the workspace. What it needs for what, its manifest says.
            manifest.roots.extend(needs.into_iter().map(|key| Root { key, scope: Scope::Unknown }));
            continue;
        }
        let mut package = Package::new(name, version, line);
        package.keys = vec![
            name.to_owned(),
            format!("{name} {version}"),
            format!("{name} {version} ({origin})"),
        ];
        package.needs = needs;
        manifest.packages.push(package);
    }
    Ok(manifest)
}
