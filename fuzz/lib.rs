//! What reads a client's bytes, as functions of bytes. The ordinary tests feed
//! the same functions with damaged input.
//!
//! What cannot be used without a database is taken in by its files.

#[path = "readers/code.rs"]
pub mod code;
#[path = "readers/doors.rs"]
pub mod doors;
#[path = "readers/manifests.rs"]
pub mod manifests;
#[path = "readers/measures.rs"]
pub mod measures;
#[path = "readers/outputs.rs"]
pub mod outputs;
#[path = "readers/pages.rs"]
pub mod pages;
#[path = "readers/rules.rs"]
pub mod rules;

/// The rules' patterns, and CODEOWNERS, of depots.
#[path = "../crates/domain/depots/src/rules"]
mod depots {
    pub mod owners;
    pub mod pattern;
}
#[path = "../crates/api/git/src/ssh/command.rs"]
pub mod command;
#[path = "../crates/api/git/src/lfs/request.rs"]
pub mod request;

/// Coverage, of analysis.
#[path = "../crates/domain/analysis/src/coverage"]
mod coverage {
    mod covered;
    mod pack;
    mod paths;
    mod readers;

    pub use covered::{CoverageFormat, CoverageOf};
    use covered::{MOST_FILES, MOST_LINES};

    use std::collections::BTreeMap;

    type Files = BTreeMap<String, CoverageOf>;

    pub fn read(
        format: Option<CoverageFormat>,
        text: &[u8],
    ) -> base::Result<(CoverageFormat, Files)> {
        readers::read(format, text)
    }

    pub fn pack(files: &Files) -> Vec<u8> {
        pack::pack(files)
    }

    pub fn unpack(bytes: &[u8]) -> base::Result<Files> {
        pack::unpack(bytes)
    }

    pub fn settle(files: Files, known: &[String]) -> (Files, usize) {
        paths::settle(files, known)
    }
}
#[path = "../crates/domain/analysis/src/lines.rs"]
mod lines;
#[path = "../crates/domain/analysis/src/parameters.rs"]
mod parameters;
#[path = "../crates/domain/analysis/src/plans"]
mod plans {
    mod schedule;

    pub fn next(schedule: &str, zone: &str, now: base::Timestamp) -> base::Result<base::Timestamp> {
        schedule::next(schedule, zone, now)
    }
}

/// What pages are made of.
#[path = "../crates/web/src/components"]
mod components {
    mod highlight;
    mod markdown;

    pub use highlight::{Language, highlight};
    pub use markdown::{Links, markdown};
}
#[path = "../crates/api/coding/src/decode/mod.rs"]
mod decode;
#[path = "../crates/api/codearts/src/signature.rs"]
mod signature;

/// The text and the rest behind its first line.
fn split(bytes: &[u8]) -> (String, String) {
    let text = String::from_utf8_lossy(bytes);
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    (first.to_owned(), rest.to_owned())
}

/// Files, separated by bytes 0: a path on the first line, and what it holds. Of
/// two with one path the first.
fn files(bytes: &[u8]) -> Vec<(String, &[u8])> {
    let mut files: Vec<(String, &[u8])> = Vec::new();
    for part in bytes.split(|byte| *byte == 0) {
        let end = part.iter().position(|byte| *byte == b'\n').unwrap_or(part.len());
        let path = String::from_utf8_lossy(&part[..end]).into_owned();
        if !files.iter().any(|(known, _)| *known == path) {
            files.push((path, part.get(end + 1..).unwrap_or_default()));
        }
    }
    files
}

/// Patterns of paths and names, one a line, behind a path that they are asked
/// about.
pub fn patterns(bytes: &[u8]) {
    let (path, patterns) = split(bytes);
    depots::pattern::probe(&path, &patterns);
}

/// A CODEOWNERS file behind a path that it is asked about.
pub fn owners(bytes: &[u8]) {
    let (path, file) = split(bytes);
    let owners = depots::owners::Owners::parse(&file);
    let _ = owners.of(&path);
}

/// A wish of a search behind a line that it is asked about.
pub fn search(bytes: &[u8]) {
    let (line, wish) = split(bytes);
    codesearch::probe(&wish, line.as_bytes());
}
