//! Files of every tool as it writes them, put together, and what follows.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod advisories;
mod bills;
mod hostile;
mod trees;

use dependencies::{Component, Kind, Manifest, read, resolve};

/// The components of a tree of files.
fn components(files: &[(&str, &str)]) -> Vec<Component> {
    let manifests: Vec<(&str, Manifest)> = files
        .iter()
        .map(|(path, text)| {
            let kind = Kind::of_path(path).unwrap_or_else(|| panic!("{path} is of no kind"));
            (*path, read(kind, text.as_bytes()).unwrap_or_else(|error| panic!("{path}: {error}")))
        })
        .collect();
    let views: Vec<(&str, &Manifest)> =
        manifests.iter().map(|(path, manifest)| (*path, manifest)).collect();
    resolve(&views).unwrap()
}

/// One line each: what it is, whether direct, what for, where.
fn lines(files: &[(&str, &str)]) -> Vec<String> {
    let line = |component: &Component| {
        let direct = match component.direct {
            Some(true) => "direct",
            Some(false) => "transitive",
            None => "?",
        };
        format!(
            "{} {direct} {} {}:{}",
            component.purl(),
            component.scope.id(),
            component.path,
            component.line
        )
    };
    components(files).iter().map(line).collect()
}
