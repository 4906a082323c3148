//! `pnpm-lock.yaml`, versions 5 to 9.

use std::collections::HashMap;

use serde_json::Value;

use super::lines::Lines;
use super::npm::is_local;
use super::{ReadError, yaml};
use crate::{Kind, Manifest, Package, Root, Scope, limits};

pub(super) fn lock(source: &str) -> Result<Manifest, ReadError> {
    let value: Value = yaml(source)?;
    let mut manifest = Manifest::new(Kind::PnpmLock);
    let packages = value.get("packages").and_then(Value::as_object);
    // From version 9 on, who needs whom stands apart.
    let mut snapshots: HashMap<String, Vec<String>> = HashMap::new();
    let all = value.get("snapshots").and_then(Value::as_object);
    for (key, entry) in all.into_iter().flatten() {
        snapshots.entry(plain(key)).or_default().extend(needs_of(entry));
    }
    let mut lines = Lines::new(source);
    lines.find("\npackages:");
    for (key, entry) in packages.into_iter().flatten() {
        let line = lines.find(key);
        let Some((name, version)) = name_and_version(key, entry) else { continue };
        let mut package = Package::new(name, version, line);
        package.scope = match entry.get("dev").and_then(Value::as_bool) {
            Some(true) => Scope::Development,
            Some(false) => Scope::Runtime,
            None => Scope::Unknown,
        };
        package.keys = vec![plain(key)];
        let mut needs = needs_of(entry);
        needs.extend(snapshots.remove(&plain(key)).unwrap_or_default());
        needs.sort();
        needs.dedup();
        package.needs = needs;
        manifest.packages.push(package);
        if manifest.packages.len() > limits::PACKAGES {
            return Err(ReadError::TooMany);
        }
    }
    let importers = value.get("importers").and_then(Value::as_object);
    match importers {
        Some(importers) => {
            manifest.roots = importers.values().flat_map(roots).collect();
        }
        None => manifest.roots = roots(&value),
    }
    Ok(manifest)
}

fn needs_of(entry: &Value) -> Vec<String> {
    ["dependencies", "optionalDependencies"]
        .iter()
        .filter_map(|section| entry.get(section).and_then(Value::as_object))
        .flatten()
        .filter_map(|(name, version)| reference(name, version.as_str()?))
        .collect()
}

fn roots(importer: &Value) -> Vec<Root> {
    [
        ("dependencies", Scope::Runtime),
        ("optionalDependencies", Scope::Runtime),
        ("devDependencies", Scope::Development),
    ]
    .into_iter()
    .filter_map(|(section, scope)| Some((importer.get(section)?.as_object()?, scope)))
    .flat_map(|(map, scope)| {
        map.iter().filter_map(move |(name, entry)| {
            let version = entry.as_str().or_else(|| entry.get("version")?.as_str())?;
            Some(Root { key: reference(name, version)?, scope })
        })
    })
    .collect()
}

/// The key of what a name and a version, or a path, refer to.
fn reference(name: &str, version: &str) -> Option<String> {
    if is_local(version) {
        return None;
    }
    let version = without_peers(version);
    Some(match version.strip_prefix('/') {
        Some(_) => plain(version),
        // The version of an alias names the package.
        None if version.get(1..).is_some_and(|rest| rest.contains('@')) => plain(version),
        None => format!("{name}@{version}"),
    })
}

/// Peers stand in brackets, in old files behind an underscore.
fn without_peers(key: &str) -> &str {
    let key = key.split('(').next().unwrap_or(key);
    match key.rsplit_once('/') {
        Some((_, last)) => {
            let cut = last.find('_').map_or(0, |at| last.len() - at);
            &key[..key.len() - cut]
        }
        None => key.split('_').next().unwrap_or(key),
    }
}

/// `name@version` of any version of the format.
fn plain(key: &str) -> String {
    match split(key) {
        Some((name, version)) => format!("{name}@{version}"),
        None => key.to_owned(),
    }
}

fn split(key: &str) -> Option<(&str, &str)> {
    let absolute = key.starts_with('/');
    let bare = key.strip_prefix('/').unwrap_or(key);
    let bare = bare.split('(').next().unwrap_or(bare);
    // name@version, but for version 5: /name/version.
    if let Some(at) = bare.get(1..).and_then(|rest| rest.find('@')) {
        let (name, version) = (&bare[..=at], &bare[at + 2..]);
        let slashes = usize::from(name.starts_with('@'));
        if !absolute || name.matches('/').count() == slashes {
            return Some((name, version));
        }
    }
    let (name, version) = bare.rsplit_once('/').filter(|_| absolute)?;
    Some((name, version.split('_').next().unwrap_or(version)))
}

fn name_and_version<'a>(key: &'a str, entry: &'a Value) -> Option<(&'a str, &'a str)> {
    let told = |word: &str| entry.get(word).and_then(Value::as_str);
    let (name, version) = split(key).unwrap_or_default();
    let name = told("name").unwrap_or(name);
    let version = told("version").unwrap_or(version);
    (!name.is_empty() && !is_local(version)).then_some((name, version))
}
