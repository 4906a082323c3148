//! Code search: the size of the index, how fast it is made, and how soon a
//! question is answered, beside `git grep` and, where it is installed, `rg`.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::report::Report;
use super::subject::Subject;
use crate::workspace;

/// Runs the engine's own measurement on the subject.
///
/// # Errors
/// It does not build or run, or prints something else than figures.
pub(super) fn measure(report: &mut Report, subject: &Subject) -> Result<()> {
    let output = workspace::cargo()
        .args(["run", "--release", "--quiet", "-p", "codesearch", "--example", "measure", "--"])
        .arg(&subject.path)
        .output()
        .context("cargo run")?;
    ensure!(output.status.success(), "measure: {}", String::from_utf8_lossy(&output.stderr));
    for line in String::from_utf8(output.stdout)?.lines() {
        let figure: Value = serde_json::from_str(line).context("measure prints no figure")?;
        let what = figure["what"].as_str().context("a figure without a name")?;
        let value = figure["value"].as_f64().context("a figure without a value")?;
        let unit = match figure["unit"].as_str() {
            Some("ms") => "ms",
            Some("MB") => "MB",
            Some("MB/s/core") => "MB/s/core",
            Some("ratio") => "of the text",
            _ => "",
        };
        report.single(&format!("search: {what}"), unit, value);
    }
    Ok(())
}
