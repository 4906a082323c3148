//! How fast code is scanned.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::git;
use super::process::cpu_seconds;
use super::product::Product;
use super::report::{Report, Sample};
use super::subject::Subject;
use super::target::push;

/// How often the command line scans the tree.
const RUNS: usize = 3;
/// How many commits of one changed file are pushed and scanned.
const EDITS: usize = 10;

/// Scans the tree of the subject's `main` with the command line, nothing kept
/// from one time to the next.
///
/// # Errors
/// The scan fails, or does not print the report that is expected.
pub(super) fn command_line(report: &mut Report, binary: &Path, subject: &Subject) -> Result<()> {
    let tree = subject.scratch.join("tree");
    git(&["clone", "--quiet", "--branch", "main"], &[&subject.path, &tree])?;
    let (mut wall, mut per_core) = (Sample::default(), Sample::default());
    let mut lines = 0.0;
    for _ in 0..RUNS {
        let own = [std::process::id()];
        let (before, start) = (cpu_seconds(&own), Instant::now());
        let output = Command::new(binary)
            .arg("scan")
            .arg(&tree)
            .args(["--format", "json", "--fail-on", "never"])
            .stdin(Stdio::null())
            .output()
            .context("mortise scan")?;
        let seconds = start.elapsed().as_secs_f64();
        let used = cpu_seconds(&own) - before;
        ensure!(
            output.status.success(),
            "mortise scan: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let answer: Value = serde_json::from_slice(&output.stdout).context("mortise scan")?;
        let total = answer.pointer("/totals/lines/total").and_then(Value::as_f64);
        lines = total.context("mortise scan does not say how many lines it read")?;
        wall.push(seconds * 1000.0);
        per_core.push(lines / used);
    }
    report.note(format!("scan: {lines:.0} lines of source code"));
    report.single("scan by the command line", "ms", wall);
    report.single("scan by the command line", "lines/s/core", per_core);
    Ok(())
}

/// Pushes the history, then commits that change one file each, and waits for
/// the scan that each push starts.
///
/// # Errors
/// A push is refused, or its scan does not pass.
pub(super) fn after_push(report: &mut Report, product: &Product, subject: &Subject) -> Result<()> {
    let project = product.create_project("scanned")?;
    let url = product.create_depot(project, "scanned", "depot")?;
    let all = subject.full_push()?;
    let first = push_and_wait(product, &url, &all, subject, ("scanned", 1))?;
    report.single("push of all to end of scan", "ms", first);
    let mut times = Sample::default();
    let edits = subject.chain_pushes(&subject.head, &subject.edits(EDITS)?)?;
    for (number, body) in (2..).zip(&edits) {
        times.push(push_and_wait(product, &url, body, subject, ("scanned", number))?);
    }
    report.single("push of a one-file commit to end of scan", "ms", times);
    Ok(())
}

/// Milliseconds from the acknowledgement of the push to the end of the scan
/// with this number of the project.
///
/// # Errors
/// The push is refused, or its scan does not pass.
pub(super) fn push_and_wait(
    product: &Product,
    url: &str,
    body: &Path,
    subject: &Subject,
    (project, number): (&str, u32),
) -> Result<f64> {
    push(product, url, body, &subject.scratch)?;
    let acknowledged = Instant::now();
    let path = format!("/openapi/quality/codescan/default/task/{number}?projectKey={project}");
    let header = format!("Authorization: Bearer {}", product.token());
    loop {
        // There is no such scan until the push has been heard of.
        let answer = product.request("GET", &path, &header, None);
        let state = answer.as_ref().ok().and_then(|answer| answer["status"].as_str());
        if state == Some("passed") {
            return Ok(acknowledged.elapsed().as_secs_f64() * 1000.0);
        }
        let waiting = matches!(state, None | Some("waiting" | "queued" | "running"));
        let in_time = acknowledged.elapsed() < Duration::from_secs(600);
        ensure!(waiting && in_time, "scan {number}: {answer:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
