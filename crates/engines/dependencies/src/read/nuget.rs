//! NuGet's lock file, MSBuild projects, central versions and `packages.config`.

use serde_json::Value;

use super::lines::Lines;
use super::xml::{self, Element};
use super::{ReadError, json};
use crate::{Ecosystem, Kind, Manifest, Package, Scope};

pub(super) fn lock(source: &str) -> Result<Manifest, ReadError> {
    let value = json(source)?;
    let mut manifest = Manifest::new(Kind::NugetLock);
    let mut lines = Lines::new(source);
    let frameworks = value.get("dependencies").and_then(Value::as_object);
    for (name, entry) in
        frameworks.into_iter().flat_map(|all| all.values()).filter_map(Value::as_object).flatten()
    {
        let line = lines.quoted(name);
        let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        let kind = text("type");
        if kind == "Project" {
            continue;
        }
        let mut package = Package::new(name, text("resolved"), line);
        package.direct = Some(kind == "Direct");
        package.scope = Scope::Runtime;
        let key = |name: &str| Ecosystem::Nuget.normal_name(name);
        package.keys = vec![key(name)];
        let needs = entry.get("dependencies").and_then(Value::as_object);
        package.needs =
            needs.into_iter().flat_map(|map| map.keys()).map(|name| key(name)).collect();
        manifest.packages.push(package);
    }
    Ok(manifest)
}

pub(super) fn project(source: &str) -> Result<Manifest, ReadError> {
    items(source, Kind::NugetProject, "PackageReference")
}

pub(super) fn central(source: &str) -> Result<Manifest, ReadError> {
    items(source, Kind::NugetCentral, "PackageVersion")
}

fn items(source: &str, kind: Kind, item: &str) -> Result<Manifest, ReadError> {
    let root = xml::parse(source)?;
    let mut manifest = Manifest::new(kind);
    for group in root.all("ItemGroup") {
        for entry in group.all(item) {
            let Some(name) = entry.attribute("Include").or_else(|| entry.attribute("Update"))
            else {
                continue;
            };
            let version = value(entry, "VersionOverride").or_else(|| value(entry, "Version"));
            let version = version.unwrap_or_default();
            // Nothing of it comes with what is delivered.
            let private = value(entry, "PrivateAssets").is_some_and(|all| all.contains("all"));
            let scope = if private { Scope::Development } else { Scope::Runtime };
            let mut package = Package::wanted(name, version, scope, entry.line);
            package.version = exact(version).to_owned();
            manifest.packages.push(package);
        }
    }
    Ok(manifest)
}

/// An attribute, or an element of that name.
fn value<'a>(entry: &'a Element, name: &str) -> Option<&'a str> {
    entry.attribute(name).or_else(|| Some(entry.child(name)?.text.as_str()))
}

/// The version that NuGet takes for what is asked: the lowest that will do.
fn exact(wanted: &str) -> &str {
    let one = wanted.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let version = one.unwrap_or(wanted);
    if version.contains(['[', '(', '*', ',', '$']) { "" } else { version }
}

pub(super) fn config(source: &str) -> Result<Manifest, ReadError> {
    let root = xml::parse(source)?;
    let mut manifest = Manifest::new(Kind::NugetConfig);
    for entry in root.all("package") {
        let text = |name: &str| entry.attribute(name).unwrap_or_default();
        let mut package = Package::new(text("id"), text("version"), entry.line);
        let tool = text("developmentDependency").eq_ignore_ascii_case("true");
        package.scope = if tool { Scope::Development } else { Scope::Runtime };
        manifest.packages.push(package);
    }
    Ok(manifest)
}
