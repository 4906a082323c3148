//! The images that a `Dockerfile` builds on.

use std::collections::{HashMap, HashSet};

use super::ReadError;
use super::lines::numbered;
use crate::{Kind, Manifest, Package, Scope};

pub(super) fn dockerfile(text: &str) -> Result<Manifest, ReadError> {
    let mut manifest = Manifest::new(Kind::Dockerfile);
    let mut stages: HashSet<String> = HashSet::new();
    let mut arguments: HashMap<String, String> = HashMap::new();
    for (number, line) in numbered(text) {
        let words: Vec<&str> =
            line.split_whitespace().filter(|word| !word.starts_with("--platform")).collect();
        match words.as_slice() {
            [word, setting, ..] if word.eq_ignore_ascii_case("arg") => {
                if let Some((name, value)) = setting.split_once('=') {
                    let value = value.trim_matches(['"', '\'']).to_owned();
                    if arguments.len() < 1_000 && value.len() < 1_000 {
                        arguments.insert(name.to_owned(), value);
                    }
                }
            }
            [word, image, rest @ ..] if word.eq_ignore_ascii_case("from") => {
                let image = substitute(image, &arguments);
                let own = image == "scratch" || stages.contains(&image.to_lowercase());
                if let [word, stage, ..] = rest
                    && word.eq_ignore_ascii_case("as")
                {
                    stages.insert(stage.to_lowercase());
                }
                // What an argument without a default decides is not known.
                if own || image.contains('$') {
                    continue;
                }
                let (name, version) = split(&image);
                let mut package = Package::wanted(name, "", Scope::Runtime, number);
                version.clone_into(&mut package.version);
                manifest.packages.push(package);
            }
            _ => {}
        }
    }
    Ok(manifest)
}

/// Name and tag, or digest where there is one.
fn split(image: &str) -> (&str, &str) {
    if let Some((name, digest)) = image.split_once('@') {
        // A tag beside a digest is decoration.
        let cut = name.rfind(':').filter(|at| !name[*at..].contains('/'));
        return (cut.map_or(name, |at| &name[..at]), digest);
    }
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (image, "latest"),
    }
}

/// `$X`, `${X}` and `${X:-default}`, one level deep.
fn substitute(text: &str, arguments: &HashMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let (name, tail) = match after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some(braced) => braced,
            None => {
                let end = after
                    .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                    .unwrap_or(after.len());
                after.split_at(end)
            }
        };
        let (name, default) = name.split_once(":-").unwrap_or((name, ""));
        match arguments.get(name).map(String::as_str).or((!default.is_empty()).then_some(default)) {
            Some(value) => out.push_str(value),
            None => out.push('$'),
        }
        rest = tail;
    }
    out + rest
}
