//! Joining, duplicates, identity, rendering, and scanning a directory.

mod clones;
mod directory;
mod identity;
mod joining;
mod rendering;
#[path = "../sarif/mod.rs"]
mod sarif;

use scanner::{BlobReport, Engine, FileReport, Language, ProjectReport, Ruleset};

pub(crate) fn engine() -> Engine {
    Engine::new(&Ruleset::default()).expect("the default ruleset")
}

pub(crate) fn join(engine: &Engine, files: &[(&str, &str)]) -> ProjectReport {
    let reports: Vec<(&str, BlobReport)> = files
        .iter()
        .map(|(path, source)| {
            let language = Language::of_path(path).expect("a known extension");
            (*path, engine.analyse(language, source.as_bytes()))
        })
        .collect();
    let files: Vec<FileReport<'_>> =
        reports.iter().map(|(path, report)| FileReport { path, blob: "", report }).collect();
    engine.join(&files, &[])
}
