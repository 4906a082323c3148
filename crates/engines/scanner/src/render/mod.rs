//! Writes a project's report for people and for tools.

mod sarif;
mod text;

pub use sarif::{sarif, uri};
pub use text::{TextOptions, text};

use std::io;

use crate::join::ProjectReport;

/// Writes the whole report as one JSON object.
///
/// # Errors
/// When writing fails.
pub fn json(report: &ProjectReport, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    out.write_all(b"\n")
}
