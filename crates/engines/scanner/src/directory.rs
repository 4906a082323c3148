//! Scanning a directory, for the command line.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use ignore::WalkBuilder;
use rayon::prelude::*;

use crate::engine::{Admission, Engine};
use crate::join::{Joiner, ProjectFile, ProjectReport};
use crate::language::{Named, SkipReason, Skipped};
use crate::report::PackedReport;

/// Why a directory could not be scanned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// The directory cannot be listed.
    #[error("cannot list {path}: {source}")]
    List {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: ignore::Error,
    },
    /// The cancel flag was raised.
    #[error("cancelled")]
    Cancelled,
}

/// How far a scan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Files analysed.
    pub done: usize,
    /// Files to analyse.
    pub total: usize,
}

/// How to scan a directory.
#[derive(Debug, Clone, Copy)]
pub struct ScanOptions {
    /// Leave out what `.gitignore` and its kin name.
    pub respect_ignores: bool,
}

impl Default for ScanOptions {
    fn default() -> Self {
        Self { respect_ignores: true }
    }
}

/// Scans what lies below `root`, on all cores. `progress` is called from any
/// thread after each file; raising `cancel` ends the scan with
/// [`ScanError::Cancelled`]. A file that cannot be read is reported as
/// [`SkipReason::Unreadable`]. `root` may also be a single file.
///
/// # Errors
/// When the directory cannot be listed, or on cancellation.
pub fn scan_directory(
    engine: &Engine,
    root: &Path,
    options: ScanOptions,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &AtomicBool,
) -> Result<ProjectReport, ScanError> {
    let (files, mut skipped) = list(engine, root, options, cancel)?;
    let total = files.len();
    let done = AtomicUsize::new(0);
    let analysed: Vec<Result<ProjectFile, Skipped>> = files
        .into_par_iter()
        .map(|(path, named)| {
            if cancel.load(Ordering::Relaxed) {
                return Err(Skipped { path, reason: SkipReason::Failed });
            }
            let result = analyse(engine, root, path, named);
            progress(Progress { done: done.fetch_add(1, Ordering::Relaxed) + 1, total });
            result
        })
        .collect();
    if cancel.load(Ordering::Relaxed) {
        return Err(ScanError::Cancelled);
    }
    let mut kept = Vec::with_capacity(total);
    for result in analysed {
        match result {
            Ok(file) => kept.push(file),
            Err(unread) => skipped.push(unread),
        }
    }
    Ok(Joiner::default().finish(engine, &kept, &skipped))
}

fn analyse(
    engine: &Engine,
    root: &Path,
    path: String,
    named: Named,
) -> Result<ProjectFile, Skipped> {
    let file = if root.is_file() { root.to_owned() } else { root.join(&path) };
    let max = engine.ruleset().limits.max_bytes;
    // The size first: a huge file must not be read to be refused.
    let size = std::fs::metadata(&file).map_or(0, |m| m.len());
    if size > max {
        return Err(Skipped { path, reason: SkipReason::TooLarge });
    }
    let Ok(source) = std::fs::read(&file) else {
        return Err(Skipped { path, reason: SkipReason::Unreadable });
    };
    let report = engine.analyse(named.tell(&source), &source);
    Ok(ProjectFile {
        blob: format!("{:032x}", xxhash_rust::xxh3::xxh3_128(&source)),
        report: Arc::new(PackedReport::new(&report)),
        path,
    })
}

type Listed = (Vec<(String, Named)>, Vec<Skipped>);

fn list(
    engine: &Engine,
    root: &Path,
    options: ScanOptions,
    cancel: &AtomicBool,
) -> Result<Listed, ScanError> {
    let mut files = Vec::new();
    let mut skipped = Vec::new();
    let walk = WalkBuilder::new(root)
        .standard_filters(options.respect_ignores)
        // Dot files are code too (`.github`, `.eslintrc.js`); Git's own are not.
        .hidden(false)
        .require_git(false)
        .filter_entry(|e| e.file_name() != ".git")
        .build();
    for entry in walk {
        if cancel.load(Ordering::Relaxed) {
            return Err(ScanError::Cancelled);
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(source) if files.is_empty() && !root.exists() => {
                return Err(ScanError::List { path: root.to_owned(), source });
            }
            // A directory below that may not be entered.
            Err(_) => continue,
        };
        if !entry.file_type().is_some_and(|t| t.is_file()) {
            continue;
        }
        let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let mut path = below.to_string_lossy().replace('\\', "/");
        if path.is_empty() {
            path = entry.file_name().to_string_lossy().into_owned();
        }
        match engine.admit(&path) {
            Admission::Analyse(named) => files.push((path, named)),
            Admission::Skip(reason) => skipped.push(Skipped { path, reason }),
            Admission::Unknown => {}
        }
    }
    Ok((files, skipped))
}
