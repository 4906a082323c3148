//! Doing a scan: the job, from taking it up to writing down how it ended.
//!
//! The result is written in one unit of work that also ends the job, so it is
//! written once however often the job is taken up. Scans of one plan never
//! overlap: the plan's row says which of them has the right to work, and
//! whoever gives it up has the next one done.

mod adapters;
mod blame;
pub(crate) mod cache;
mod claim;
pub(crate) mod collect;
pub(crate) mod compare;
pub(crate) mod current;
pub(crate) mod dependencies;
pub(crate) mod judge;
pub(crate) mod list;
mod measure;
mod sarif;
mod save;
mod script;
pub(crate) mod stop;
pub(crate) mod tell;
mod upkeep;
pub(crate) mod warm;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use base::{Error, Granted, Read, Result};
use call::{Call, Env};
use depots::{Depot, DepotKey};
use git::{Oid, Repository};
use jobs::{Job as _, JobContext};
use sea_orm::ActiveModelTrait as _;
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};

use crate::plan::{PlanId, PlanKind, ScanPlan};
use crate::scan::{Scan, ScanId, ScanResult, ScanSource, ScanState, Stage};
use crate::scans::ScanJob;
use crate::tables::scans as rows;
use stop::Stop;

/// The property of a plan that names external analysers beside those of its
/// ruleset, separated by commas.
pub(crate) const ADAPTERS: &str = "mortise.adapters";

/// The payload of the event `scan.finished`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// The plan.
    pub plan: PlanId,
    /// The scan.
    pub scan: ScanId,
    /// Its number in the plan.
    pub number: i64,
    /// How it ended.
    pub state: ScanState,
    /// What it looked at.
    pub sources: Vec<ScanSource>,
}

impl events::EventKind for Finished {
    const KIND: &'static str = "scan.finished";
}

pub(crate) fn register(registry: jobs::Registry<Env>) -> Result<jobs::Registry<Env>> {
    let registry = registry
        .on::<ScanJob, _, _>(|job: JobContext<Env>, scan: ScanJob| async move {
            run(&job, scan.scan).await
        })
        .on::<blame::Blame, _, _>(|job: JobContext<Env>, blame: blame::Blame| async move {
            blame::run(&job, &blame).await
        })
        .on::<crate::notify::Deliver, _, _>(
            |job: JobContext<Env>, deliver: crate::notify::Deliver| async move {
                crate::notify::run(&job, &deliver).await
            },
        )
        .on::<tell::Tell, _, _>(|job: JobContext<Env>, tell: tell::Tell| async move {
            tell::run(&job.context, tell.scan).await
        });
    upkeep::register(crate::leaks::register(crate::history::register(registry)))
}

/// What a scan ends with.
pub(crate) struct Done {
    pub(crate) state: ScanState,
    pub(crate) error: String,
    pub(crate) found: Option<Found>,
    pub(crate) log: Option<blob::BlobRef>,
}

/// What a scan found.
pub(crate) struct Found {
    pub(crate) result: ScanResult,
    /// Lists to keep.
    pub(crate) details: Vec<crate::details::Kept>,
    /// What has to be written about findings; `None` when nothing is known
    /// about them.
    pub(crate) changes: Option<compare::Changes>,
    pub(crate) base: Option<ScanId>,
    /// What the gate is evaluated on, but for the findings; `None` when nothing
    /// is known about those.
    pub(crate) parts: Option<measure::Parts>,
    /// What is kept of the commit for its history: the measures as they are
    /// stored, and what they depend on.
    pub(crate) measured: Option<Measured>,
}

/// The measures of the commit of a scan of one depot.
pub(crate) struct Measured {
    pub(crate) shape: String,
    pub(crate) body: String,
}

/// A scan that is being done, with all that it needs.
pub(crate) struct Work {
    pub(crate) job: JobContext<Env>,
    pub(crate) plan: ScanPlan,
    pub(crate) scan: Scan,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) sources: Vec<Source>,
    pub(crate) stop: Stop,
    /// When it began, and how long after that each phase did.
    pub(crate) started: Instant,
    pub(crate) phases: Mutex<Vec<(String, Duration)>>,
}

/// One depot of it.
pub(crate) struct Source {
    pub(crate) depot: Granted<Depot, Read>,
    pub(crate) repository: Repository,
    pub(crate) commit: Oid,
    pub(crate) scanned: ScanSource,
    /// What every path in the result begins with.
    pub(crate) prefix: String,
}

async fn run(job: &JobContext<Env>, id: ScanId) -> Result<()> {
    let env = &job.context;
    let Some((plan, scan, variables)) = claim::claim(env, id).await? else { return Ok(()) };
    let stop = Stop::new();
    // Whatever way this ends, threads and processes end with it.
    let _stopped = stop.guard();
    let limit = plan.definition.limits.timeout();
    let mut work = Work {
        job: job.clone(),
        plan,
        scan,
        variables,
        sources: Vec::new(),
        stop: stop.clone(),
        started: Instant::now(),
        phases: Mutex::default(),
    };
    let token = job.cancellation();
    let outcome = tokio::select! {
        outcome = tokio::time::timeout(limit, work.go()) => outcome,
        () = token.cancelled() => {
            stop.throw();
            if claim::is_cancelled(env, id).await? {
                let done = Done::failed(ScanState::Cancelled, "it was cancelled");
                return save::finish(&work, done).await;
            }
            return Err(Error::unavailable("the scan was interrupted"));
        }
    };
    let done = match outcome {
        Ok(Ok(done)) => done,
        Err(_) => {
            stop.throw();
            let minutes = work.plan.definition.limits.timeout_minutes;
            let why = format!("it took longer than {minutes} minutes");
            Done::failed(ScanState::Timeout, &why)
        }
        // Perhaps it was the machine's fault, and another attempt helps.
        Ok(Err(error @ (Error::Internal { .. } | Error::Conflict { .. })))
            if job.attempt < ScanJob::ATTEMPTS =>
        {
            return Err(error);
        }
        Ok(Err(error)) => {
            tracing::warn!(scan = id.0, error = &error as &dyn std::error::Error, "a scan failed");
            Done::failed(ScanState::Failed, &error.to_string())
        }
    };
    save::finish(&work, done).await
}

impl Done {
    fn failed(state: ScanState, why: &str) -> Self {
        Self { state, error: why.to_owned(), found: None, log: None }
    }
}

impl Work {
    async fn go(&mut self) -> Result<Done> {
        self.open().await?;
        match self.plan.kind {
            PlanKind::Builtin => self.builtin().await,
            PlanKind::Script => script::run(self).await,
        }
    }

    async fn builtin(&mut self) -> Result<Done> {
        let mut log = None;
        if !self.plan.definition.prelaunch.trim().is_empty() {
            let prelude = script::prelaunch(self).await?;
            log = prelude.log;
            if prelude.state != ScanState::Passed {
                return Ok(Done { log, ..prelude });
            }
        }
        let chosen = crate::ruleset::chosen(self.env(), &self.plan).await?;
        let engine = chosen.engine;
        let mut lane = warm::take(self.env(), self.plan.id, &self.scan.lane);
        let mut collected = collect::collect(self, &engine, &mut lane).await?;
        let depends = dependencies::collect(self, std::mem::take(&mut collected.told)).await?;
        self.stage("join", 0, 0).await?;
        let (mut current, mut lane) = current::join(self, &engine, collected, lane).await?;
        current.add(self, &depends)?;
        current.before = std::mem::replace(&mut lane.last, current.last(self.scan.id));
        warm::keep(self.env(), self.plan.id, &self.scan.lane, lane);
        current.result.rules = chosen.used;
        // Those of the ruleset, and those that the plan names beside them.
        let wanted: Vec<String> = engine.ruleset().adapters.iter().cloned().collect();
        current.add_adapted(adapters::run(self, &wanted).await?);
        let found = self.compare(current).await?;
        Ok(Done { state: ScanState::Passed, error: String::new(), found: Some(found), log })
    }

    pub(crate) async fn compare(&self, current: current::Current) -> Result<Found> {
        self.stage("compare", 0, 0).await?;
        let found = compare::compare(self, current).await?;
        self.stage("save", 0, 0).await?;
        Ok(found)
    }

    /// Brings the depots up to date and finds the commits.
    async fn open(&mut self) -> Result<()> {
        self.stage("fetch", 0, 0).await?;
        let call = Call::system(self.env().clone());
        let several = self.scan.sources.len() > 1;
        for scanned in self.scan.sources.clone() {
            let depot = depots::authorise::<Read>(&call, DepotKey::Id(scanned.depot))
                .await
                .map_err(|error| match error {
                    Error::NotFound { .. } => {
                        Error::unavailable(format!("the depot {} is gone", scanned.name))
                    }
                    other => other,
                })?;
            depots::fetch_outside(self.env(), &depot, &self.stop.git()).await?;
            let repository = depots::repository(self.env(), &depot)?;
            let (commit, repository) = find(repository, &scanned).await?;
            let commit = commit.ok_or_else(|| {
                Error::unavailable(format!(
                    "the depot {} has no branch {}",
                    scanned.name, scanned.branch
                ))
            })?;
            let prefix = if several { format!("{}/", scanned.name) } else { String::new() };
            let scanned = ScanSource { commit: commit.to_string(), ..scanned };
            self.sources.push(Source { depot, repository, commit, scanned, prefix });
        }
        if self.sources.is_empty() {
            return Err(Error::unavailable("the scan plan has no depot any more"));
        }
        Ok(())
    }

    pub(crate) fn env(&self) -> &Env {
        &self.job.context
    }

    /// Says what is being done.
    pub(crate) async fn stage(&self, name: &str, done: u64, total: u64) -> Result<()> {
        self.job.progress(done, total, name);
        self.enter(name);
        let stage = Stage { name: name.to_owned(), done, total };
        let tx = self.env().db.begin().await?;
        rows::ActiveModel {
            id: Set(self.scan.id),
            stage: Set(serde_json::to_string(&stage)?),
            ..Default::default()
        }
        .update(&*tx)
        .await
        .map_err(|error| match error {
            sea_orm::DbErr::RecordNotUpdated => Error::not_found("scan"),
            other => other.into(),
        })?;
        tx.commit().await
    }

    fn enter(&self, name: &str) {
        let mut phases = self.phases.lock().unwrap_or_else(PoisonError::into_inner);
        if phases.last().is_none_or(|(last, _)| last != name) {
            phases.push((name.to_owned(), self.started.elapsed()));
        }
    }

    /// How many milliseconds each phase took so far, and all of them.
    pub(crate) fn durations(&self) -> Vec<(String, u64)> {
        let phases = self.phases.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.started.elapsed();
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let mut durations: Vec<(String, u64)> = phases
            .iter()
            .enumerate()
            .map(|(index, (name, begin))| {
                let end = phases.get(index + 1).map_or(now, |(_, next)| *next);
                (name.clone(), millis(end.saturating_sub(*begin)))
            })
            .collect();
        durations.push(("total".to_owned(), millis(now)));
        durations
    }

    /// Which source a path of the result lies in, and the path there.
    pub(crate) fn locate<'a>(&self, path: &'a str) -> Option<(&Source, &'a str)> {
        self.sources
            .iter()
            .find_map(|source| Some((source, path.strip_prefix(source.prefix.as_str())?)))
    }
}

/// The commit that was fixed when the scan was asked for, if it is still there;
/// else the one at the branch's tip.
async fn find(repository: Repository, scanned: &ScanSource) -> Result<(Option<Oid>, Repository)> {
    let (wanted, branch) = (scanned.commit.clone(), scanned.branch.clone());
    tokio::task::spawn_blocking(move || {
        let fixed = Oid::from_hex(&wanted).ok().filter(|commit| repository.commit(*commit).is_ok());
        let commit = fixed.or_else(|| repository.resolve(&branch).ok());
        (commit, repository)
    })
    .await
    .map_err(Error::internal)
}
