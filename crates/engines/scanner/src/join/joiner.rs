//! Joining again and again at the price of what changed.

use std::sync::Arc;

use super::{FileReport, ProjectReport};
use crate::engine::Engine;
use crate::language::Skipped;
use crate::report::BlobReport;

/// A file of a project whose report is shared.
#[derive(Debug, Clone)]
pub struct ProjectFile {
    /// Path below the project's root, with `/`; no two files have the same.
    pub path: String,
    /// The blob's id, in whatever form the caller uses.
    pub blob: String,
    /// The blob's report.
    pub report: Arc<BlobReport>,
}

/// Joins the reports of a project, and the next ones of the same project.
#[derive(Debug, Default)]
pub struct Joiner {}

impl Joiner {
    /// As [`Engine::join`], with the same result whatever was joined before.
    #[must_use]
    pub fn join(
        &mut self,
        engine: &Engine,
        files: &[ProjectFile],
        left_out: &[Skipped],
    ) -> ProjectReport {
        let inputs: Vec<FileReport<'_>> = files
            .iter()
            .map(|file| FileReport { path: &file.path, blob: &file.blob, report: &file.report })
            .collect();
        engine.join(&inputs, left_out)
    }
}
