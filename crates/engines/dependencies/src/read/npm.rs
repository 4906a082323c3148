//! `package.json` and npm's lock files.

use serde_json::{Map, Value};

use super::lines::Lines;
use super::{ReadError, json};
use crate::{Kind, Manifest, Package, Project, Root, Scope, limits};

const WANTED: [(&str, Scope); 4] = [
    ("dependencies", Scope::Runtime),
    ("optionalDependencies", Scope::Runtime),
    ("peerDependencies", Scope::Runtime),
    ("devDependencies", Scope::Development),
];

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The licence as it is written in one of the forms that there have been.
pub(super) fn licence(value: &Value) -> String {
    let one = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(map) => map.get("type").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    };
    if let Some(licence) = value.get("license").and_then(one) {
        return licence;
    }
    let many = value.get("licenses").or_else(|| value.get("license"));
    let many: Vec<String> =
        many.and_then(Value::as_array).into_iter().flatten().filter_map(one).collect();
    many.join(" OR ")
}

pub(super) fn package_json(source: &str) -> Result<Manifest, ReadError> {
    let value = json(source)?;
    let mut manifest = Manifest::new(Kind::PackageJson);
    manifest.project = Some(Project {
        name: text(&value, "name").to_owned(),
        version: text(&value, "version").to_owned(),
        licence: licence(&value),
    });
    let mut lines = Lines::new(source);
    for (section, scope) in WANTED {
        let Some(map) = value.get(section).and_then(Value::as_object) else { continue };
        lines.rewind();
        lines.quoted(section);
        for (name, wanted) in map {
            let wanted = wanted.as_str().unwrap_or_default();
            let line = lines.quoted(name);
            if is_local(wanted) {
                continue;
            }
            let (name, wanted) = alias(name, wanted);
            manifest.packages.push(Package::wanted(name, wanted, scope, line));
        }
    }
    Ok(manifest)
}

/// Whether it lies in the tree itself.
pub(super) fn is_local(wanted: &str) -> bool {
    ["file:", "link:", "workspace:", "portal:"].iter().any(|prefix| wanted.starts_with(prefix))
}

/// `npm:other@1` asks for another package under this name.
pub(super) fn alias<'a>(name: &'a str, wanted: &'a str) -> (&'a str, &'a str) {
    let Some(other) = wanted.strip_prefix("npm:") else { return (name, wanted) };
    // The first character may be the sign of a scope.
    match other.get(1..).and_then(|rest| rest.find('@')) {
        Some(at) => (&other[..=at], &other[at + 2..]),
        None => (other, ""),
    }
}

pub(super) fn lock(source: &str) -> Result<Manifest, ReadError> {
    let value = json(source)?;
    let mut manifest = Manifest::new(Kind::PackageLock);
    let mut lines = Lines::new(source);
    if let Some(packages) = value.get("packages").and_then(Value::as_object) {
        by_path(packages, &mut manifest, &mut lines)?;
    } else if let Some(dependencies) = value.get("dependencies").and_then(Value::as_object) {
        nested(dependencies, &mut manifest, &mut lines, 0)?;
    }
    Ok(manifest)
}

/// Versions 2 and 3: every package by where it is installed.
fn by_path(
    packages: &Map<String, Value>,
    manifest: &mut Manifest,
    lines: &mut Lines<'_>,
) -> Result<(), ReadError> {
    for (path, entry) in packages {
        let wants = WANTED.iter().flat_map(|(section, scope)| {
            let map = entry.get(section).and_then(Value::as_object).into_iter().flatten();
            map.map(move |(name, _)| (name, *scope))
        });
        let Some((_, name)) = path.rsplit_once("node_modules/") else {
            // The project, or a part of it.
            lines.quoted(path);
            let roots = wants.filter_map(|(name, scope)| {
                Some(Root { key: installed(packages, path, name)?, scope })
            });
            manifest.roots.extend(roots);
            continue;
        };
        let line = lines.quoted(path);
        if entry.get("link").and_then(Value::as_bool) == Some(true) {
            continue;
        }
        let is = |key: &str| entry.get(key).and_then(Value::as_bool) == Some(true);
        let name = entry.get("name").and_then(Value::as_str).unwrap_or(name);
        let mut package = Package::new(name, text(entry, "version"), line);
        package.scope =
            if is("dev") || is("devOptional") { Scope::Development } else { Scope::Runtime };
        package.licence = licence(entry);
        package.keys = vec![path.clone()];
        package.needs = wants
            .filter(|(_, scope)| *scope == Scope::Runtime)
            .filter_map(|(name, _)| installed(packages, path, name))
            .collect();
        manifest.packages.push(package);
        if manifest.packages.len() > limits::PACKAGES {
            return Err(ReadError::TooMany);
        }
    }
    Ok(())
}

/// Where Node finds a package that is asked for from a path.
fn installed(packages: &Map<String, Value>, from: &str, name: &str) -> Option<String> {
    let mut below = from;
    for _ in 0..limits::DEPTH {
        let path = match below {
            "" => format!("node_modules/{name}"),
            below => format!("{below}/node_modules/{name}"),
        };
        if packages.contains_key(&path) {
            return Some(path);
        }
        if below.is_empty() {
            return None;
        }
        below = below
            .rfind("/node_modules/")
            .or_else(|| below.rfind("node_modules/"))
            .map_or("", |at| &below[..at]);
    }
    None
}

/// Version 1: packages within packages.
fn nested(
    dependencies: &Map<String, Value>,
    manifest: &mut Manifest,
    lines: &mut Lines<'_>,
    depth: usize,
) -> Result<(), ReadError> {
    if depth > limits::DEPTH {
        return Err(ReadError::malformed("its packages are nested too deeply"));
    }
    for (name, entry) in dependencies {
        // Not where it is only required.
        let line = lines.find(&format!("\"{name}\": {{"));
        let version = text(entry, "version");
        if !is_local(version) {
            let (name, version) = alias(name, version);
            let mut package = Package::new(name, version, line);
            let dev = entry.get("dev").and_then(Value::as_bool) == Some(true);
            package.scope = if dev { Scope::Development } else { Scope::Runtime };
            if depth > 0 {
                package.direct = Some(false);
            }
            package.keys = if depth == 0 { vec![name.to_owned()] } else { Vec::new() };
            manifest.packages.push(package);
            if manifest.packages.len() > limits::PACKAGES {
                return Err(ReadError::TooMany);
            }
        }
        if let Some(inner) = entry.get("dependencies").and_then(Value::as_object) {
            nested(inner, manifest, lines, depth + 1)?;
        }
    }
    Ok(())
}
