//! `conan.lock`, versions 1 and 2, and `conanfile.txt`.

use serde_json::Value;

use super::lines::{Lines, numbered};
use super::{ReadError, json};
use crate::{Kind, Manifest, Package, Scope};

/// `name/version@user/channel#revision%time` as name and version; whose it is
/// stays with the version.
fn reference(text: &str) -> Option<(&str, &str)> {
    let text = text.split('#').next()?.split('%').next()?;
    let (name, version) = text.trim().split_once('/')?;
    let version =
        version.strip_suffix("@_/_").or_else(|| version.strip_suffix('@')).unwrap_or(version);
    Some((name, version))
}

pub(super) fn lock(source: &str) -> Result<Manifest, ReadError> {
    let value = json(source)?;
    let mut manifest = Manifest::new(Kind::ConanLock);
    let mut lines = Lines::new(source);
    let mut add = |text: &str, scope: Scope, lines: &mut Lines<'_>| {
        let line = lines.quoted(text);
        if let Some((name, version)) = reference(text) {
            let mut package = Package::new(name, version, line);
            package.scope = scope;
            manifest.packages.push(package);
        }
    };
    for (section, scope) in [
        ("requires", Scope::Runtime),
        ("build_requires", Scope::Development),
        ("python_requires", Scope::Development),
    ] {
        lines.rewind();
        let list = value.get(section).and_then(Value::as_array);
        for text in list.into_iter().flatten().filter_map(Value::as_str) {
            add(text, scope, &mut lines);
        }
    }
    let nodes = value.get("graph_lock").and_then(|graph| graph.get("nodes"));
    for node in nodes.and_then(Value::as_object).into_iter().flat_map(|nodes| nodes.values()) {
        // The project itself has a path.
        if let (Some(text), None) = (node.get("ref").and_then(Value::as_str), node.get("path")) {
            let scope = match node.get("context").and_then(Value::as_str) {
                Some("build") => Scope::Development,
                _ => Scope::Runtime,
            };
            add(text, scope, &mut lines);
        }
    }
    Ok(manifest)
}

pub(super) fn conanfile(text: &str) -> Result<Manifest, ReadError> {
    let mut manifest = Manifest::new(Kind::Conanfile);
    let mut scope = None;
    for (number, line) in numbered(text) {
        let line = line.split(" #").next().unwrap_or(line).trim();
        match line {
            "" => {}
            "[requires]" => scope = Some(Scope::Runtime),
            "[build_requires]" | "[tool_requires]" | "[test_requires]" => {
                scope = Some(Scope::Development);
            }
            other if other.starts_with(['[', '#']) => {
                if other.starts_with('[') {
                    scope = None;
                }
            }
            other => {
                let Some((scope, (name, version))) = scope.zip(reference(other)) else { continue };
                let mut package = Package::wanted(name, version, scope, number);
                if !version.starts_with(['[', '<', '>', '~', '^']) {
                    version.clone_into(&mut package.version);
                }
                manifest.packages.push(package);
            }
        }
    }
    Ok(manifest)
}
