//! Starting scans.

use base::{Error, Granted, Read, Result, Write};
use call::Call;
use db::Tx;
use depots::{Depot, DepotId, DepotKey};
use jobs::{Enqueue, Job, JobId};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde::{Deserialize, Serialize};

use super::read::of_row;
use crate::plan::{PlanSource, ScanPlan};
use crate::scan::{Scan, ScanId, ScanSource, ScanState, Stage, Trigger};
use crate::tables::{plans, scans as rows};

/// How a scan is to be started.
#[derive(Debug, Clone)]
pub struct StartOptions {
    /// Other branches (or tags) than the plan's, by depot.
    pub branches: Vec<(DepotId, String)>,
    /// What started it.
    pub trigger: Trigger,
    /// The name to show for who started it; the caller's where it is empty.
    pub creator_name: String,
    /// Names and values for scripts, beside the plan's.
    pub variables: Vec<(String, String)>,
}

impl StartOptions {
    /// The plan's own branches.
    pub fn of(trigger: Trigger) -> Self {
        Self { branches: Vec::new(), trigger, creator_name: String::new(), variables: Vec::new() }
    }
}

/// The job that does a scan.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ScanJob {
    pub(crate) scan: ScanId,
}

impl Job for ScanJob {
    const KIND: &'static str = "analysis.scan";
    const QUEUE: &'static str = "scans";
    const ATTEMPTS: u32 = 3;
}

/// Starts a scan: it exists, and will be done, once this returns. Scans of one
/// plan are done one after the other.
///
/// # Errors
/// `Conflict` when the plan has no depot any more; `Invalid` on `branch`;
/// `NotFound` for a depot that the plan does not scan.
pub async fn start(
    call: &Call,
    plan: &Granted<ScanPlan, Write>,
    options: StartOptions,
) -> Result<Scan> {
    for (depot, branch) in &options.branches {
        if !plan.sources.iter().any(|source| source.depot == *depot) {
            return Err(Error::not_found("depot of the scan plan"));
        }
        crate::plans::check_branch(branch)?;
    }
    let targets = targets(call, plan, &options.branches).await?;
    let sources = resolve(call, &targets).await;
    let tx = call.db.begin().await?;
    let row = insert(call, &tx, plan, &sources, &options).await?;
    tx.commit().await?;
    of_row(row)
}

/// A depot that a scan is to look at.
struct Target {
    depot: Granted<Depot, Read>,
    name: String,
    branch: String,
}

async fn targets(
    call: &Call,
    plan: &ScanPlan,
    branches: &[(DepotId, String)],
) -> Result<Vec<Target>> {
    let system = call.clone().by(base::Actor::System);
    let mut targets: Vec<Target> = Vec::with_capacity(plan.sources.len());
    for PlanSource { depot, branch } in &plan.sources {
        let depot = depots::authorise::<Read>(&system, DepotKey::Id(*depot)).await?;
        let other = branches.iter().find(|(id, _)| *id == depot.id).map(|(_, other)| other);
        let branch = other.unwrap_or(branch).clone();
        // Depots of two projects may share a name, paths in a result must not.
        let taken = targets.iter().any(|target| target.name == depot.name);
        let name = if taken { format!("{}-{}", depot.name, depot.id) } else { depot.name.clone() };
        targets.push(Target { depot, name, branch });
    }
    if targets.is_empty() {
        return Err(Error::conflict("the scan plan has no depot any more"));
    }
    Ok(targets)
}

/// What a scan would look at now. A commit that is not known yet stays empty;
/// the scan itself asks again. Asks repositories only, not the database.
async fn resolve(call: &Call, targets: &[Target]) -> Vec<ScanSource> {
    let mut sources = Vec::with_capacity(targets.len());
    for target in targets {
        sources.push(ScanSource {
            depot: target.depot.id,
            name: target.name.clone(),
            branch: target.branch.clone(),
            commit: commit_of(call, target).await,
            base_commit: String::new(),
        });
    }
    sources
}

async fn commit_of(call: &Call, target: &Target) -> String {
    let Ok(repository) = depots::repository(&call.env, &target.depot) else {
        return String::new();
    };
    let branch = target.branch.clone();
    let found = tokio::task::spawn_blocking(move || repository.resolve(&branch)).await;
    found.ok().and_then(std::result::Result::ok).map(|oid| oid.to_string()).unwrap_or_default()
}

/// Empty for the plan's own branches, else the names of all.
pub(crate) fn lane(plan: &ScanPlan, sources: &[ScanSource]) -> String {
    let own = plan.sources.iter().zip(sources).all(|(own, scanned)| own.branch == scanned.branch);
    if own {
        return String::new();
    }
    let branches: Vec<&str> = sources.iter().map(|source| source.branch.as_str()).collect();
    branches.join(",")
}

pub(crate) async fn insert(
    call: &Call,
    tx: &Tx,
    plan: &ScanPlan,
    sources: &[ScanSource],
    options: &StartOptions,
) -> Result<rows::Model> {
    let number = db::counter::next(tx, &format!("plan:{}:scan", plan.id)).await?;
    let busy = plans::Entity::find_by_id(plan.id)
        .one(&**tx)
        .await?
        .ok_or_else(|| Error::not_found("scan plan"))?
        .running_scan_id
        .is_some();
    let state = if busy { ScanState::Waiting } else { ScanState::Queued };
    let creator_name = match options.creator_name.as_str() {
        "" => call.actor.name(),
        name => name,
    };
    let row = rows::ActiveModel {
        id: NotSet,
        plan_id: Set(plan.id),
        number: Set(number),
        lane: Set(lane(plan, sources)),
        state: Set(state.as_str().to_owned()),
        stage: Set(serde_json::to_string(&Stage::default())?),
        trigger_kind: Set(options.trigger.as_str().to_owned()),
        creator_id: Set(call.actor.user_id()),
        creator_name: Set(creator_name.to_owned()),
        sources: Set(serde_json::to_string(sources)?),
        variables: Set(serde_json::to_string(&options.variables)?),
        base_id: Set(None),
        job_id: Set(None),
        cancel_requested: Set(false),
        created_at: Set(call.clock.now()),
        started_at: Set(None),
        finished_at: Set(None),
        error: Set(String::new()),
        result: Set(None),
        log: Set(None),
        log_bytes: Set(0),
    }
    .insert(&**tx)
    .await?;
    let job = enqueue(call, tx, plan, row.id, number).await?;
    let mut active: rows::ActiveModel = row.into();
    active.job_id = Set(Some(job));
    let row = active.update(&**tx).await?;
    plans::ActiveModel {
        id: Set(plan.id),
        latest_scan_id: Set(Some(row.id)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    Ok(row)
}

/// Has the scan done.
pub(crate) async fn enqueue(
    env: &call::Env,
    tx: &Tx,
    plan: &ScanPlan,
    scan: ScanId,
    number: i64,
) -> Result<JobId> {
    let how = Enqueue {
        label: format!("scan {} #{number}", plan.name),
        subject: Some(format!("plan:{}", plan.id)),
        ..Enqueue::default()
    };
    env.jobs.enqueue_with(tx, &ScanJob { scan }, how).await
}

/// Has a push scanned: a scan that a push has started in the same lane and
/// that has not begun is moved to the newest commits, else one is started.
pub(crate) async fn moved_or_started(
    call: &Call,
    plan: &ScanPlan,
    branches: &[(DepotId, String)],
    pusher: &str,
) -> Result<()> {
    let targets = targets(call, plan, branches).await?;
    let options =
        StartOptions { creator_name: pusher.to_owned(), ..StartOptions::of(Trigger::Push) };
    let tx = call.db.begin().await?;
    db::lock_in_transaction(&*tx, &format!("analysis:plan:{}", plan.id)).await?;
    // Only now: of two pushes that are told at once, the later look is newer.
    let sources = resolve(call, &targets).await;
    let lane = lane(plan, &sources);
    let latest = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(plan.id))
        .filter(rows::Column::Lane.eq(&lane))
        .order_by_desc(rows::Column::Number)
        .one(&*tx)
        .await?;
    match latest {
        // An event that is told again, or a push that changed nothing here.
        Some(row)
            if serde_json::from_str::<Vec<ScanSource>>(&row.sources)
                .is_ok_and(|done| same_commits(&done, &sources))
                && row.state != ScanState::Cancelled.as_str() => {}
        Some(row)
            if row.trigger_kind == Trigger::Push.as_str()
                && [ScanState::Waiting, ScanState::Queued]
                    .iter()
                    .any(|state| state.as_str() == row.state) =>
        {
            let mut active: rows::ActiveModel = row.into();
            active.sources = Set(serde_json::to_string(&sources)?);
            active.creator_name = Set(pusher.to_owned());
            active.update(&*tx).await?;
        }
        _ => {
            insert(call, &tx, plan, &sources, &options).await?;
        }
    }
    tx.commit().await
}

fn same_commits(one: &[ScanSource], other: &[ScanSource]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|(one, other)| {
            one.depot == other.depot && one.commit == other.commit && !other.commit.is_empty()
        })
}
