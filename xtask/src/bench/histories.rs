//! What is done with whole histories: measuring their last 1,000 commits, and
//! searching all of them for secrets.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::process::{PeakMemory, cpu_seconds};
use super::product::Product;
use super::report::Report;
use super::scan::push_and_wait;
use super::subject::Subject;
use super::target::Target as _;

/// The most commits that are measured at once.
const COMMITS: u32 = 1_000;
/// How long either may take.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// Pushes the history, waits for its first scan, and has the rest done.
///
/// # Errors
/// A push or a job fails.
pub(super) fn measure(report: &mut Report, product: &Product, subject: &Subject) -> Result<()> {
    let project = product.create_project("histories")?;
    let url = product.create_depot(project, "histories", "depot")?;
    push_and_wait(product, &url, &subject.full_push()?, subject, ("histories", 1))?;
    product.settle(false);
    let listed = ask(product, "GET", "projects/histories/plans")?;
    let uid = listed["plans"][0]["uid"].as_str().context("the depot has no plan")?.to_owned();
    let works = [
        ("measuring a history", format!("plans/{uid}/history"), "backfills"),
        ("searching a history for secrets", format!("plans/{uid}/secrets"), "searches"),
    ];
    for (what, path, list) in works {
        let pids = product.pids();
        let memory = PeakMemory::watch(&pids);
        let (used, begun) = (cpu_seconds(&pids), Instant::now());
        ask(product, "POST", &format!("{path}?commits={COMMITS}"))?;
        let done = loop {
            let told = ask(product, "GET", &path)?;
            match told[list][0]["state"].as_str() {
                Some("done") => break told,
                Some("queued" | "running") => {}
                _ => anyhow::bail!("{what}: {told}"),
            }
            ensure!(begun.elapsed() < PATIENCE, "{what} takes longer than {PATIENCE:?}");
            std::thread::sleep(Duration::from_millis(50));
        };
        let (seconds, cpu) = (begun.elapsed().as_secs_f64(), cpu_seconds(&pids) - used);
        let (_, grown) = memory.megabytes();
        let commits = done[list][0]["done"].as_f64().context("no commits")?;
        report.note(format!("{what}: {commits} commits, {} failed", done[list][0]["failed"]));
        report.single(what, "ms", seconds * 1000.0);
        report.single(&format!("{what}, processor time"), "ms", cpu * 1000.0);
        report.single(&format!("{what}, anonymous memory more than before"), "MB", grown.anonymous);
        if let Some(total) = done["total"].as_u64().filter(|_| list == "searches") {
            report.note(format!("{total} secrets found"));
        }
    }
    Ok(())
}

fn ask(product: &Product, method: &str, path: &str) -> Result<Value> {
    let header = format!("Authorization: Bearer {}", product.token());
    product.request(method, &format!("/api/analysis/{path}"), &header, None)
}
