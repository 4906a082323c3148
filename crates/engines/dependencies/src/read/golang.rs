//! `go.mod`. From Go 1.17 on it names every module of the build with the
//! version that is chosen, so that nothing else has to be read.

use std::collections::HashMap;

use super::ReadError;
use super::lines::numbered;
use crate::{Kind, Manifest, Package, Project, Scope};

pub(super) fn go_mod(text: &str) -> Result<Manifest, ReadError> {
    let mut manifest = Manifest::new(Kind::GoMod);
    let mut block = "";
    // By module, and by module and version: what stands in for it.
    let mut replaced: HashMap<(String, String), Option<(String, String)>> = HashMap::new();
    for (number, line) in numbered(text) {
        let (statement, comment) = line.split_once("//").unwrap_or((line, ""));
        let words: Vec<&str> =
            statement.split_whitespace().map(|word| word.trim_matches(['"', '`'])).collect();
        let (verb, rest) = match words.as_slice() {
            [] => continue,
            [")"] => {
                block = "";
                continue;
            }
            [verb, "("] => {
                block = match *verb {
                    "require" => "require",
                    "replace" => "replace",
                    _ => "other",
                };
                continue;
            }
            rest if !block.is_empty() => (block, rest),
            [verb, rest @ ..] => (*verb, rest),
        };
        match (verb, rest) {
            ("module", [name]) => {
                manifest.project = Some(Project { name: (*name).to_owned(), ..Project::default() });
            }
            ("require", [name, version]) => {
                let mut package = Package::new(*name, *version, number);
                let indirect = comment.trim_start().starts_with("indirect");
                package.direct = Some(!indirect);
                package.scope = Scope::Runtime;
                manifest.packages.push(package);
            }
            ("replace", [old, "=>", new @ ..]) => {
                replaced.insert(((*old).to_owned(), String::new()), target(new));
            }
            ("replace", [old, version, "=>", new @ ..]) => {
                replaced.insert(((*old).to_owned(), (*version).to_owned()), target(new));
            }
            _ => {}
        }
    }
    if !replaced.is_empty() {
        manifest.packages.retain_mut(|package| {
            let exact = (package.name.clone(), package.version.clone());
            let any = (package.name.clone(), String::new());
            match replaced.get(&exact).or_else(|| replaced.get(&any)) {
                Some(Some((name, version))) => {
                    package.name.clone_from(name);
                    package.version.clone_from(version);
                    true
                }
                // A directory.
                Some(None) => false,
                None => true,
            }
        });
    }
    Ok(manifest)
}

fn target(words: &[&str]) -> Option<(String, String)> {
    match words {
        [name, version] => Some(((*name).to_owned(), (*version).to_owned())),
        _ => None,
    }
}
