//! `yarn.lock`, of yarn 1 and of yarn 2 and later.
//!
//! Both are read line by line: the first is not YAML, and of the second only a
//! small part of YAML is ever used.

use super::ReadError;
use super::lines::numbered;
use super::npm::is_local;
use crate::{Kind, Manifest, Package, limits};

pub(super) fn lock(text: &str) -> Result<Manifest, ReadError> {
    let mut manifest = Manifest::new(Kind::YarnLock);
    let mut current: Option<Package> = None;
    let mut local = false;
    let mut needs = false;
    for (number, line) in numbered(text) {
        let indent = line.len() - line.trim_start().len();
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if indent == 0 {
            keep(&mut manifest, current.take(), local)?;
            let Some(head) = trimmed.strip_suffix(':') else {
                return Err(ReadError::malformed(format!("line {number} has no colon")));
            };
            (local, needs) = (false, false);
            if head == "__metadata" {
                continue;
            }
            let wanted: Vec<String> = split(head);
            let Some(first) = wanted.first() else { continue };
            let Some((name, version)) = first
                .get(1..)
                .and_then(|rest| rest.find('@'))
                .map(|at| (&first[..=at], &first[at + 2..]))
            else {
                continue;
            };
            local = is_local(version);
            // What is asked for under another name.
            let name = match version.strip_prefix("npm:") {
                Some(other) if other.get(1..).is_some_and(|rest| rest.contains('@')) => {
                    super::npm::alias(name, version).0
                }
                _ => name,
            };
            let mut package = Package::new(name, "", number);
            package.keys = wanted.iter().map(|key| without_protocol(key)).collect();
            current = Some(package);
            continue;
        }
        let Some(package) = &mut current else { continue };
        let Some((key, value)) = pair(trimmed) else { continue };
        if indent <= 2 {
            needs = matches!(key, "dependencies" | "optionalDependencies") && value.is_empty();
            match key {
                "version" => package.version = value.to_owned(),
                "linkType" if value == "soft" => local = true,
                _ => {}
            }
        } else if needs {
            package.needs.push(without_protocol(&format!("{key}@{value}")));
        }
    }
    keep(&mut manifest, current.take(), local)?;
    Ok(manifest)
}

fn keep(manifest: &mut Manifest, package: Option<Package>, local: bool) -> Result<(), ReadError> {
    if let Some(package) = package.filter(|package| !local && !package.version.is_empty()) {
        manifest.packages.push(package);
    }
    if manifest.packages.len() > limits::PACKAGES { Err(ReadError::TooMany) } else { Ok(()) }
}

/// `"a@^1", b@2` and `"a@npm:^1, a@npm:2"` taken apart.
fn split(head: &str) -> Vec<String> {
    head.split(", ").map(|one| one.trim().trim_matches('"').to_owned()).collect()
}

/// Keys and needs agree in all but the protocol, which later releases write in
/// one of the two only.
fn without_protocol(key: &str) -> String {
    key.replacen("@npm:", "@", 1)
}

/// `key value`, `key: value`, each perhaps in quotation marks.
fn pair(line: &str) -> Option<(&str, &str)> {
    let (key, rest) = match line.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?,
        None => line.split_at(line.find([' ', ':'])?),
    };
    let value = rest.trim_start_matches(':').trim().trim_matches('"');
    Some((key, value))
}
