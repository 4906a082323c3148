//! Lists what a directory depends on, and with a second path to advisories,
//! which of it is vulnerable: `cargo run -p dependencies --example inventory -- PATH [OSV]`.
#![expect(clippy::print_stdout, reason = "it is a program")]

use std::error::Error;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use dependencies::osv::{Index, load};
use dependencies::{Kind, Manifest, read, resolve};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let root = arguments.next().ok_or("which directory?")?;
    let mut files = Vec::new();
    walk(Path::new(&root), "", &mut files)?;
    let mut manifests: Vec<(String, Manifest)> = Vec::new();
    for (path, kind) in files {
        match read(kind, &fs::read(Path::new(&root).join(&path))?) {
            Ok(manifest) => manifests.push((path, manifest)),
            Err(error) => println!("{path}: {error}"),
        }
    }
    let views: Vec<(&str, &Manifest)> =
        manifests.iter().map(|(path, manifest)| (path.as_str(), manifest)).collect();
    let components = resolve(&views)?;
    let mut index = Index::default();
    if let Some(path) = arguments.next() {
        let loaded = load(Path::new(&path), &mut |advisory| {
            index.insert(advisory);
            ControlFlow::Continue(())
        })?;
        println!("{loaded:?}");
    }
    for component in &components {
        println!(
            "{} {:?} {:?} {}:{} [{}] {}",
            component.purl(),
            component.direct,
            component.scope,
            component.path,
            component.line,
            component.licence,
            component.requirement,
        );
        for found in index.find(component) {
            println!("    {} {:?} {:?} -> {}", found.id, found.aliases, found.level, found.fixed);
        }
    }
    println!("{} components of {} files", components.len(), manifests.len());
    Ok(())
}

fn walk(root: &Path, below: &str, found: &mut Vec<(String, Kind)>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        if entry.file_type()?.is_dir() {
            if !matches!(name.as_str(), ".git" | "target" | "node_modules") {
                walk(root, &path, found)?;
            }
        } else if let Some(kind) = Kind::of_path(&path) {
            found.push((path, kind));
        }
    }
    Ok(())
}
