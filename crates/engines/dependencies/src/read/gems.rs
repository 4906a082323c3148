//! `Gemfile.lock`.

use super::ReadError;
use super::lines::numbered;
use crate::{Kind, Manifest, Package, Root, Scope};

pub(super) fn lock(text: &str) -> Result<Manifest, ReadError> {
    let mut manifest = Manifest::new(Kind::GemfileLock);
    let mut section = "";
    for (number, line) in numbered(text) {
        let trimmed = line.trim();
        match line.len() - line.trim_start().len() {
            _ if trimmed.is_empty() => {}
            0 => section = trimmed,
            2 if section == "DEPENDENCIES" => {
                let name = trimmed.split(' ').next().unwrap_or(trimmed).trim_end_matches('!');
                manifest.roots.push(Root { key: name.to_owned(), scope: Scope::Unknown });
            }
            // Below PATH lies what belongs to the project.
            4 if matches!(section, "GEM" | "GIT") => {
                let Some((name, version)) = gem(trimmed) else { continue };
                // A gem may be locked for several platforms.
                let version = version.split('-').next().unwrap_or(version);
                let mut package = Package::new(name, version, number);
                package.keys = vec![name.to_owned()];
                manifest.packages.push(package);
            }
            6 if matches!(section, "GEM" | "GIT") => {
                if let Some(package) = manifest.packages.last_mut() {
                    let name = trimmed.split(' ').next().unwrap_or(trimmed);
                    package.needs.push(name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(manifest)
}

fn gem(text: &str) -> Option<(&str, &str)> {
    let (name, version) = text.split_once(" (")?;
    Some((name, version.strip_suffix(')')?))
}
