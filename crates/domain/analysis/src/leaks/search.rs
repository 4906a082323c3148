//! Searching a history: a job that can be stopped and that goes on where it was
//! after a restart.

use std::sync::Arc;

use base::{Error, Granted, Read, Result, Write};
use call::{Call, Env};
use db::Tx;
use depots::{DepotId, DepotKey};
use git::{Oid, Repository};
use jobs::{Job, JobContext};
use scanner::Engine;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use tokio::sync::mpsc;

use super::batch::Writing;
use super::walk::{Step, Walk};
use crate::history::backfill::{self, NewRow};
use crate::history::{Backfill, BackfillId, BackfillKind, BackfillState, source_of};
use crate::parameters::{self, Parameters, PathMatcher};
use crate::plan::{Definition, HookEvent, PlanId, PlanKind, ScanPlan};
use crate::run::stop::Stop;
use crate::scan::ScanSource;
use crate::tables::backfills as rows;

/// The most branches that are searched at once.
const MOST_BRANCHES: usize = 50;

/// What is to be searched.
#[derive(Debug, Clone, Default)]
pub struct NewSearch {
    /// Which of the plan's depots; the first where none is named.
    pub depot: Option<DepotId>,
    /// Which branch (or tag); where it is empty, the plan's own and those whose
    /// pushes it scans, at most 50.
    pub branch: String,
}

/// Looks for secrets in every file that any commit of the branches ever brought.
/// What an earlier search under the same rules has read costs nothing.
///
/// # Errors
/// `Invalid` on `branch`; `NotFound` for a depot that the plan does not scan, or
/// that the caller may not read; `Conflict` while another search of the same
/// depot is being done; `Unsupported` for plans that run a script.
pub async fn search_history(
    call: &Call,
    plan: &Granted<ScanPlan, Write>,
    new: NewSearch,
) -> Result<Backfill> {
    let source = source_of(plan, new.depot)?;
    let depot = depots::authorise::<Read>(call, DepotKey::Id(source.depot)).await?;
    let repository = depots::repository(&call.env, &depot)?;
    let found = branches(plan, depot.id, repository, &new.branch).await?;
    if found.is_empty() {
        return Err(Error::invalid("branch", "does not exist"));
    }
    let tx = call.db.begin().await?;
    let made = NewRow {
        kind: BackfillKind::Secrets,
        depot: depot.id,
        branch: new.branch.clone(),
        tip: String::new(),
        wanted: 0,
    };
    let row = backfill::begin(call, &tx, plan, made)
        .await?
        .ok_or_else(|| Error::conflict("the history of this depot is being searched already"))?;
    let details = serde_json::json!({ "depot": depot.id, "branch": new.branch });
    identity::audit::record(&tx, call, "history.searched", &format!("plan:{}", plan.id), details)
        .await?;
    tx.commit().await?;
    Ok(backfill::of_row(row))
}

/// Has what is new in the histories of a scan's depots searched. Where that is
/// being done already, the search looks for itself at its end.
pub(crate) async fn follow(
    env: &Env,
    tx: &Tx,
    plan: &ScanPlan,
    sources: &[ScanSource],
) -> Result<()> {
    if plan.kind != PlanKind::Builtin {
        return Ok(());
    }
    for source in sources {
        follow_one(env, tx, plan, source.depot).await?;
    }
    Ok(())
}

async fn follow_one(env: &Env, tx: &Tx, plan: &ScanPlan, depot: DepotId) -> Result<()> {
    let made = NewRow {
        kind: BackfillKind::Secrets,
        depot,
        branch: String::new(),
        tip: String::new(),
        wanted: 0,
    };
    backfill::begin(&Call::system(env.clone()), tx, plan, made).await.map(drop)
}

/// Does a search.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Search {
    pub(crate) backfill: BackfillId,
}

impl Job for Search {
    const KIND: &'static str = "analysis.secrets";
    const QUEUE: &'static str = "history";
    const PRIORITY: i32 = -10;
    const ATTEMPTS: u32 = 5;
}

/// Does what follows from a search that has ended: the gate is judged by what is
/// known now, and those who want to hear of what was found do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Searched {
    pub(crate) backfill: BackfillId,
}

impl Job for Searched {
    const KIND: &'static str = "analysis.secrets.searched";
    const ATTEMPTS: u32 = 5;
}

async fn searched(env: &Env, id: BackfillId) -> Result<()> {
    let Some(row) = rows::Entity::find_by_id(id).one(env.db.reader()).await? else {
        return Ok(());
    };
    let Some(plan) = crate::plans::one(env.db.reader(), row.plan_id).await? else {
        return Ok(());
    };
    crate::regate::leaks_changed(&Call::system(env.clone()), &plan).await?;
    if row.found > 0 {
        crate::notify::secrets_found(env, &plan, id).await?;
    }
    Ok(())
}

pub(crate) fn register(registry: jobs::Registry<Env>) -> jobs::Registry<Env> {
    let registry = registry.on::<Searched, _, _>(|job: JobContext<Env>, it: Searched| async move {
        searched(&job.context, it.backfill).await
    });
    registry.on::<Search, _, _>(|job: JobContext<Env>, search: Search| async move {
        let (it, id) = (&job, search.backfill);
        backfill::work(it, id, Search::ATTEMPTS, |row, stop| async move {
            self::search(it, &row, &stop).await
        })
        .await?;
        again(&job.context, id).await
    })
}

/// Where branches have moved while they were searched, a plan that wants so has
/// them searched again.
async fn again(env: &Env, id: BackfillId) -> Result<()> {
    let Some(row) = rows::Entity::find_by_id(id).one(env.db.reader()).await? else {
        return Ok(());
    };
    let done = row.state == BackfillState::Done.as_str();
    let plan = crate::plans::one(env.db.reader(), row.plan_id).await?;
    let Some(plan) = plan.filter(|plan| done && plan.definition.history_secrets) else {
        return Ok(());
    };
    let call = Call::system(env.clone());
    let Ok(depot) = depots::authorise::<Read>(&call, DepotKey::Id(row.depot_id)).await else {
        return Ok(());
    };
    let now = branches(&plan, depot.id, depots::repository(env, &depot)?, "").await?;
    let searched = parse(&row.tips);
    if now.iter().all(|(_, tip)| searched.contains(tip)) {
        return Ok(());
    }
    let tx = env.db.begin().await?;
    follow_one(env, &tx, &plan, row.depot_id).await?;
    tx.commit().await
}

/// The branches that are searched, with their commits.
async fn branches(
    plan: &ScanPlan,
    depot: DepotId,
    repository: Repository,
    asked: &str,
) -> Result<Vec<(String, Oid)>> {
    let asked = asked.to_owned();
    let own: Vec<String> = plan
        .sources
        .iter()
        .filter(|source| source.depot == depot)
        .map(|source| source.branch.clone())
        .collect();
    let triggers = &plan.definition.triggers;
    let globs: Vec<_> = triggers
        .hooks
        .iter()
        .filter(|hook| triggers.enabled && hook.depot.is_none_or(|one| one == depot))
        .filter(|hook| hook.events.contains(&HookEvent::Push))
        .filter_map(|hook| parameters::glob(&hook.branch).ok().flatten())
        .collect();
    tokio::task::spawn_blocking(move || {
        let mut found: Vec<(String, Oid)> = Vec::new();
        let named = if asked.is_empty() { own } else { vec![asked.clone()] };
        for name in named {
            // A branch that is gone has no history any more; the others have.
            if let Ok(tip) = repository.resolve(&name) {
                found.push((name, tip));
            }
        }
        if asked.is_empty() && !globs.is_empty() {
            let all = repository.branches().map_err(Error::internal)?;
            let wanted = all.into_iter().filter(|branch| {
                globs.iter().any(|glob| glob.is_match(&branch.name))
                    && !found.iter().any(|(name, _)| *name == branch.name)
            });
            let more: Vec<_> = wanted.map(|branch| (branch.name, branch.commit)).collect();
            found.extend(more);
        }
        found.truncate(MOST_BRANCHES);
        Ok(found)
    })
    .await
    .map_err(Error::internal)?
}

/// The commits of [`rows::Model::tips`].
fn parse(tips: &str) -> Vec<Oid> {
    let words = tips.lines().filter_map(|line| line.split(' ').next());
    words.filter_map(|tip| Oid::from_hex(tip).ok()).collect()
}

/// What the findings of a search depend on beside the commits.
fn shape(engine: &Engine, definition: &Definition) -> Result<String> {
    let of_plan = serde_json::to_vec(&(&definition.paths, &definition.parameters))?;
    let mut hasher = sha2::Sha256::new();
    hasher.update(engine.exposed_hash());
    hasher.update(&of_plan);
    let mut hash = hex::encode(hasher.finalize());
    hash.truncate(32);
    Ok(hash)
}

async fn search(job: &JobContext<Env>, row: &rows::Model, stop: &Stop) -> Result<()> {
    let env = &job.context;
    let (plan, repository) = backfill::subject(env, row).await?;
    let engine = crate::ruleset::chosen(env, &plan).await?.engine;
    let shape = shape(&engine, &plan.definition)?;
    // What was interrupted goes on with the commits that it began with.
    let begun = !row.tips.is_empty() && row.shape == shape;
    let natural = |number: i64| usize::try_from(number).unwrap_or_default();
    let (tips, resumed) = if begun {
        (parse(&row.tips), (natural(row.done), natural(row.total)))
    } else {
        (start(env, row, &plan, repository.clone(), &shape).await?, (0, 0))
    };
    let before = last_done(env.db.reader(), row.plan_id, row.depot_id, Some(row.id)).await?;
    let same = before.as_ref().filter(|before| before.shape == shape);
    let known = same.map(|before| parse(&before.tips)).unwrap_or_default();
    let mut writing = Writing { job, row, total: 0, found: row.found, full: row.full };
    let placed = if writing.is_crowded().await? { Vec::new() } else { known.clone() };
    let properties = Parameters::parse(&plan.definition.parameters).paths();
    let matchers = vec![PathMatcher::new(&plan.definition.paths)?, PathMatcher::new(&properties)?];
    let walk = Walk {
        repository,
        engine: Arc::clone(&engine),
        matchers,
        vault: env.vault.clone(),
        stop: stop.clone(),
        // The rest of the machine is for those who wait.
        threads: std::thread::available_parallelism().map_or(1, usize::from).div_ceil(2),
        tips,
        known,
        placed,
        resumed,
    };
    let (send, mut receive) = mpsc::channel(2);
    let walking = tokio::task::spawn_blocking(move || walk.run(&send));
    let mut outcome = Ok(());
    while let Some(step) = receive.recv().await {
        outcome = match step {
            Step::Begin { total, done } => {
                writing.total = total;
                writing.batch((done, 0), Vec::new()).await
            }
            Step::Batch { done, failed, found } => writing.batch((done, failed), found).await,
            Step::End { tips, commits } => {
                let outdated = (before.is_some() && same.is_none()).then_some(&commits);
                writing.end(&tips, outdated).await
            }
        };
        if outcome.is_err() {
            break;
        }
    }
    drop(receive);
    let walked = walking.await.map_err(Error::internal)?;
    outcome?;
    walked?;
    Ok(())
}

/// Finds the commits where the branches are now and writes them down.
async fn start(
    env: &Env,
    row: &rows::Model,
    plan: &ScanPlan,
    repository: Repository,
    shape: &str,
) -> Result<Vec<Oid>> {
    let found = branches(plan, row.depot_id, repository, &row.branch).await?;
    if found.is_empty() {
        return Err(Error::unavailable("none of the branches is there"));
    }
    let lines: Vec<String> = found.iter().map(|(name, tip)| format!("{tip} {name}")).collect();
    let tx = env.db.begin().await?;
    let begun = rows::ActiveModel {
        tips: Set(lines.join("\n")),
        shape: Set(shape.to_owned()),
        done: Set(0),
        ..Default::default()
    };
    backfill::change(&tx, row.id, begun).await?;
    tx.commit().await?;
    Ok(found.into_iter().map(|(_, tip)| tip).collect())
}

/// The last search of a plan's depot that was done, before another one if that is
/// named.
pub(super) async fn last_done<C: ConnectionTrait>(
    connection: &C,
    plan: PlanId,
    depot: DepotId,
    before: Option<BackfillId>,
) -> Result<Option<rows::Model>> {
    let mut done = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(plan))
        .filter(rows::Column::DepotId.eq(depot))
        .filter(rows::Column::Kind.eq(BackfillKind::Secrets.as_str()))
        .filter(rows::Column::State.eq(BackfillState::Done.as_str()));
    if let Some(before) = before {
        done = done.filter(rows::Column::Id.lt(before));
    }
    Ok(done.order_by_desc(rows::Column::Id).one(connection).await?)
}
