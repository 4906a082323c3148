//! Gradle's lock file and version catalogue.

use toml::Value;

use super::lines::{Lines, numbered};
use super::{ReadError, toml_of};
use crate::{Kind, Manifest, Package, Scope};

pub(super) fn lock(text: &str) -> Result<Manifest, ReadError> {
    let mut manifest = Manifest::new(Kind::GradleLock);
    for (number, line) in numbered(text) {
        let Some((coordinates, used)) = line.trim().split_once('=') else { continue };
        let mut parts = coordinates.split(':');
        let (Some(group), Some(artifact), Some(version), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let mut package = Package::new(format!("{group}:{artifact}"), version, number);
        let delivered = used.split(',').any(|name| {
            let name = name.to_ascii_lowercase();
            let test = name.contains("test") || name.contains("annotationprocessor");
            !test && (name.ends_with("classpath") || name == "runtime" || name == "compile")
        });
        package.scope = if delivered { Scope::Runtime } else { Scope::Development };
        package.keys = vec![package.name.clone()];
        manifest.packages.push(package);
    }
    Ok(manifest)
}

pub(super) fn catalog(source: &str) -> Result<Manifest, ReadError> {
    let value = toml_of(source)?;
    let mut manifest = Manifest::new(Kind::VersionCatalog);
    let versions = value.get("versions").and_then(Value::as_table);
    let mut lines = Lines::new(source);
    lines.find("[libraries]");
    let libraries = value.get("libraries").and_then(Value::as_table);
    for (alias, entry) in libraries.into_iter().flatten() {
        let line = lines.key(alias);
        let text = |key: &str| entry.get(key).and_then(Value::as_str);
        let (name, short) = match entry.as_str() {
            Some(short) => match short.rsplit_once(':') {
                Some((name, version)) => (name.to_owned(), Some(version)),
                None => continue,
            },
            None => match (text("module"), text("group"), text("name")) {
                (Some(module), _, _) => (module.to_owned(), None),
                (None, Some(group), Some(name)) => (format!("{group}:{name}"), None),
                _ => continue,
            },
        };
        let version = entry.get("version");
        let named = version
            .and_then(|version| version.get("ref"))
            .and_then(Value::as_str)
            .and_then(|name| versions?.get(name));
        let version = short.unwrap_or_else(|| fixed(named.or(version)));
        let mut package = Package::wanted(name, version, Scope::Unknown, line);
        if !version.contains(['[', '(', '+', ',']) {
            version.clone_into(&mut package.version);
        }
        manifest.packages.push(package);
    }
    Ok(manifest)
}

/// A version, or the one that is required or preferred of a rich one.
fn fixed(version: Option<&Value>) -> &str {
    let Some(version) = version else { return "" };
    let rich =
        || ["strictly", "require", "prefer"].iter().find_map(|key| version.get(key)?.as_str());
    version.as_str().or_else(rich).unwrap_or_default()
}
