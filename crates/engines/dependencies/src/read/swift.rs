//! `Package.resolved`, versions 1 to 3.

use serde_json::Value;

use super::lines::Lines;
use super::{ReadError, json};
use crate::{Ecosystem, Kind, Manifest, Package, Scope};

pub(super) fn resolved(source: &str) -> Result<Manifest, ReadError> {
    let value = json(source)?;
    let mut manifest = Manifest::new(Kind::SwiftResolved);
    let mut lines = Lines::new(source);
    let pins = value.get("pins").or_else(|| value.get("object")?.get("pins"));
    for pin in pins.and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| pin.get(key).and_then(Value::as_str);
        let Some(address) = text("location").or_else(|| text("repositoryURL")) else { continue };
        if text("kind") == Some("localSourceControl") {
            continue;
        }
        let line = lines.quoted(address);
        let state = |key: &str| pin.get("state")?.get(key)?.as_str();
        let version = state("version").or_else(|| state("revision")).unwrap_or_default();
        let mut package = Package::new(Ecosystem::Swift.normal_name(address), version, line);
        package.scope = Scope::Runtime;
        manifest.packages.push(package);
    }
    Ok(manifest)
}
