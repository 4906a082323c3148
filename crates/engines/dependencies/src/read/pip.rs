//! `requirements.txt`, `Pipfile` and `Pipfile.lock`.

use serde_json::Value;

use super::lines::{Lines, numbered};
use super::requirement::{parse, pinned};
use super::{ReadError, json, toml_of};
use crate::{Kind, Manifest, Package, Scope};

pub(super) fn requirements(text: &str) -> Result<Manifest, ReadError> {
    let mut manifest = Manifest::new(Kind::Requirements);
    // A lock made by pip-compile says with each package who asked for it.
    let mut asked: Option<usize> = None;
    for (line, text) in numbered(text) {
        let trimmed = text.trim();
        if let Some(comment) = trimmed.strip_prefix('#') {
            let comment = comment.trim();
            let by = comment.strip_prefix("via").map_or(comment, str::trim);
            if let Some(package) = asked.and_then(|at| manifest.packages.get_mut(at)) {
                // A file of the project, or another package.
                let direct = by.starts_with("-r") || by.contains('(');
                match (comment.starts_with("via"), by) {
                    // Who it was follows, one a line.
                    (true, "") => package.direct = Some(false),
                    (false, "") => {}
                    (true, _) => package.direct = Some(direct),
                    (false, _) => {
                        package.direct = Some(direct || package.direct == Some(true));
                    }
                }
            }
            continue;
        }
        if trimmed.is_empty() || trimmed.starts_with("--hash") {
            continue;
        }
        let statement = trimmed.trim_end_matches('\\');
        let statement = statement.split(" --").next().unwrap_or(statement);
        let Some((name, wanted)) = parse(statement) else { continue };
        let version = pinned(&wanted).unwrap_or_default().to_owned();
        let mut package = Package::wanted(name, wanted, Scope::Unknown, line);
        package.version = version;
        manifest.packages.push(package);
        asked = Some(manifest.packages.len() - 1);
    }
    Ok(manifest)
}

pub(super) fn pipfile(source: &str) -> Result<Manifest, ReadError> {
    let value = toml_of(source)?;
    let mut manifest = Manifest::new(Kind::Pipfile);
    let mut lines = Lines::new(source);
    for (section, scope) in [("packages", Scope::Runtime), ("dev-packages", Scope::Development)] {
        let Some(table) = value.get(section).and_then(toml::Value::as_table) else { continue };
        lines.rewind();
        lines.find(&format!("[{section}]"));
        for (name, wanted) in table {
            let line = lines.key(name);
            let version = wanted.as_str().or_else(|| wanted.get("version")?.as_str());
            if wanted.get("path").is_none() {
                manifest.packages.push(Package::wanted(
                    name,
                    version.unwrap_or_default(),
                    scope,
                    line,
                ));
            }
        }
    }
    Ok(manifest)
}

pub(super) fn pipfile_lock(source: &str) -> Result<Manifest, ReadError> {
    let value = json(source)?;
    let mut manifest = Manifest::new(Kind::PipfileLock);
    let mut lines = Lines::new(source);
    for (section, scope) in [("default", Scope::Runtime), ("develop", Scope::Development)] {
        let Some(map) = value.get(section).and_then(Value::as_object) else { continue };
        lines.rewind();
        lines.quoted(section);
        for (name, entry) in map {
            let line = lines.quoted(name);
            let version = entry.get("version").and_then(Value::as_str).unwrap_or_default();
            let mut package = Package::new(name, version.trim_start_matches('='), line);
            package.scope = scope;
            package.keys = vec![name.clone()];
            manifest.packages.push(package);
        }
    }
    Ok(manifest)
}
