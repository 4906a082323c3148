//! The lock files of poetry, PDM and uv: `[[package]]` over and over.

use toml::Value;

use super::lines::Lines;
use super::requirement::parse;
use super::{ReadError, toml_of};
use crate::{Ecosystem, Kind, Manifest, Package, Root, Scope};

fn key(name: &str) -> String {
    Ecosystem::Pypi.normal_name(name)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn poetry_lock(source: &str) -> Result<Manifest, ReadError> {
    let value = toml_of(source)?;
    let mut manifest = Manifest::new(Kind::PoetryLock);
    let mut lines = Lines::new(source);
    for entry in value.get("package").and_then(Value::as_array).into_iter().flatten() {
        lines.find("[[package]]");
        let name = text(entry, "name");
        let line = lines.quoted(name);
        let mut package = Package::new(name, text(entry, "version"), line);
        let groups: Vec<&str> = entry
            .get("groups")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        package.scope = match (text(entry, "category"), groups.as_slice()) {
            ("dev", _) => Scope::Development,
            ("main", _) => Scope::Runtime,
            (_, []) => Scope::Unknown,
            (_, groups) if groups.iter().any(|group| matches!(*group, "main" | "default")) => {
                Scope::Runtime
            }
            _ => Scope::Development,
        };
        package.keys = vec![key(name)];
        package.needs = match entry.get("dependencies") {
            Some(Value::Table(table)) => table.keys().map(|name| key(name)).collect(),
            // PDM writes them as requirements.
            Some(Value::Array(all)) => {
                all.iter().filter_map(|text| Some(key(parse(text.as_str()?)?.0))).collect()
            }
            _ => Vec::new(),
        };
        manifest.packages.push(package);
    }
    Ok(manifest)
}

pub(super) fn uv_lock(source: &str) -> Result<Manifest, ReadError> {
    let value = toml_of(source)?;
    let mut manifest = Manifest::new(Kind::UvLock);
    let mut lines = Lines::new(source);
    for entry in value.get("package").and_then(Value::as_array).into_iter().flatten() {
        lines.find("[[package]]");
        let name = text(entry, "name");
        let line = lines.quoted(name);
        let source = entry.get("source");
        let local = ["virtual", "editable", "directory", "path"]
            .iter()
            .any(|word| source.is_some_and(|source| source.get(word).is_some()));
        let optional = entry.get("optional-dependencies").and_then(Value::as_table);
        let needs = names(entry.get("dependencies")).chain(
            optional.into_iter().flat_map(toml::Table::values).flat_map(|all| names(Some(all))),
        );
        if local {
            let roots = needs.map(|key| Root { key, scope: Scope::Runtime });
            manifest.roots.extend(roots);
            let groups = entry.get("dev-dependencies").and_then(Value::as_table);
            let roots = groups
                .into_iter()
                .flat_map(toml::Table::values)
                .flat_map(|all| names(Some(all)))
                .map(|key| Root { key, scope: Scope::Development });
            manifest.roots.extend(roots);
            continue;
        }
        let mut package = Package::new(name, text(entry, "version"), line);
        package.keys = vec![key(name)];
        package.needs = needs.collect();
        manifest.packages.push(package);
    }
    Ok(manifest)
}

fn names(list: Option<&Value>) -> impl Iterator<Item = String> {
    list.and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(key(entry.get("name")?.as_str()?)))
}
