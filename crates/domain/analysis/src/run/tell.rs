//! Telling those who wait for a scan that it has ended: the commit's status.

use base::{Error, Result, Write};
use call::{Call, Env};
use db::Tx;
use depots::DepotKey;
use depots::statuses::{self, NewStatus, State};
use jobs::{Enqueue, Job};
use sea_orm::EntityTrait as _;
use serde::{Deserialize, Serialize};

use crate::gate::Verdict;
use crate::plan::{PlanId, ScanPlan};
use crate::scan::{Scan, ScanId, ScanState};
use crate::tables::scans;

/// Says of the commits of a scan what came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Tell {
    pub(crate) scan: ScanId,
}

impl Job for Tell {
    const KIND: &'static str = "analysis.tell";
    const PRIORITY: i32 = 10;
    const ATTEMPTS: u32 = 5;
}

/// Has it told once the unit of work is done.
pub(crate) async fn later(env: &Env, tx: &Tx, plan: PlanId, scan: ScanId) -> Result<()> {
    let how = Enqueue { subject: Some(format!("plan:{plan}")), ..Enqueue::default() };
    env.jobs.enqueue_with(tx, &Tell { scan }, how).await?;
    Ok(())
}

/// What the status of a commit is called that a plan reports: what a branch rule
/// asks for.
pub fn status_context(plan: &ScanPlan) -> String {
    format!("analysis/{}", plan.name)
}

pub(super) async fn run(env: &Env, id: ScanId) -> Result<()> {
    let connection = env.db.reader();
    let Some(row) = scans::Entity::find_by_id(id).one(connection).await? else { return Ok(()) };
    let scan = crate::scans::of_row(row)?;
    let Some(plan) = crate::plans::one(connection, scan.plan).await? else { return Ok(()) };
    let call = Call::system(env.clone());
    let state = match scan.state {
        ScanState::Passed => State::Success,
        ScanState::Failed if scan.result.is_some() => State::Failure,
        ScanState::Failed | ScanState::Timeout | ScanState::Cancelled => State::Error,
        ScanState::Waiting | ScanState::Queued | ScanState::Running => return Ok(()),
    };
    let target_url = address(env, &plan, &scan).await?;
    for source in scan.sources.iter().filter(|source| !source.commit.is_empty()) {
        let depot = match depots::authorise::<Write>(&call, DepotKey::Id(source.depot)).await {
            Ok(depot) => depot,
            // Deleted meanwhile, or not to be written to any more.
            Err(Error::NotFound { .. } | Error::Denied { .. } | Error::Conflict { .. }) => continue,
            Err(error) => return Err(error),
        };
        let new = NewStatus {
            commit: source.commit.clone(),
            context: status_context(&plan),
            state,
            description: description(&scan),
            target_url: target_url.clone(),
        };
        match statuses::report(&call, &depot, new).await {
            Ok(_) => {}
            // The commit is gone, or has had more reports than anybody reads.
            Err(Error::NotFound { .. } | Error::Limit { .. } | Error::Invalid { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    crate::notify::scan_ended(env, &plan, &scan).await
}

/// Where the scan is to be seen.
pub(crate) async fn address(env: &Env, plan: &ScanPlan, scan: &Scan) -> Result<String> {
    below(env, plan, &format!("scans/{}", scan.number)).await
}

/// A page of a plan.
pub(crate) async fn below(env: &Env, plan: &ScanPlan, page: &str) -> Result<String> {
    let projects = projects::by_ids_in(env.db.reader(), &[plan.project]).await?;
    let Some(project) = projects.get(&plan.project) else { return Ok(String::new()) };
    Ok(format!("{}/p/{}/analysis/{}/{page}", env.addresses.http, project.name, plan.id))
}

/// What a scan says, in a sentence.
pub(crate) fn description(scan: &Scan) -> String {
    let text = match &scan.result {
        Some(result) => {
            let (new, open) = (result.new.total(), result.open.total());
            match result.gate.verdict {
                Verdict::Failed => result.gate.summary(),
                _ if !scan.error.is_empty() => scan.error.clone(),
                _ => format!("{new} new findings, {} fixed, {open} open", result.fixed),
            }
        }
        None => scan.error.clone(),
    };
    text.chars().take(1000).collect()
}
