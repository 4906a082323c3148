//! External analysers that a plan asks for, on a working copy of its commits.

use std::time::Duration;

use adapters::{Input, Outcome, Status, declaration};
use base::{Error, Result};
use executor::Limits;

use super::current::{Current, Observed};
use super::{Work, sarif, script};
use crate::findings::GivenFix;
use crate::scan::AdapterRun;

/// The most analysers of one plan.
const MOST: usize = 32;
/// The time that one analyser may take.
const WALL: Duration = Duration::from_secs(30 * 60);

/// What they found.
pub(super) struct Adapted {
    observed: Vec<Observed>,
    given: Vec<GivenFix>,
    runs: Vec<AdapterRun>,
}

/// Runs the analysers of these names, one after the other. One that is not
/// there, breaks or takes too long is listed with the reason; it fails no scan.
pub(super) async fn run(work: &Work, names: &[String]) -> Result<Adapted> {
    let mut adapted = Adapted { observed: Vec::new(), given: Vec::new(), runs: Vec::new() };
    if names.is_empty() {
        return Ok(adapted);
    }
    if let Some(why) = script::why_not(work).await? {
        let runs = names.iter().map(|name| AdapterRun::failed(name, &why));
        adapted.runs = runs.collect();
        return Ok(adapted);
    }
    let copy = script::working_copy(work).await?;
    let sandbox = script::sandbox(work.env()).await?;
    work.stage("adapters", 0, names.len() as u64).await?;
    let depots: Vec<(String, String)> = work
        .sources
        .iter()
        .map(|source| (source.scanned.name.clone(), source.prefix.clone()))
        .collect();
    let sources: Vec<sarif::Checked> = work.sources.iter().map(sarif::Checked::of).collect();
    let limits = Limits {
        cpu: work.plan.definition.limits.processor(),
        memory: work.plan.definition.limits.memory_mib.map(|memory| u64::from(memory) << 20),
        ..Limits::default()
    };
    let end = work.plan.definition.limits.timeout();
    let (started, names, job) = (work.started, names.to_vec(), work.job.clone());
    let (cancel, stop) = (work.stop.script(), work.stop.clone());
    tokio::task::spawn_blocking(move || -> Result<Adapted> {
        let root = std::fs::canonicalize(copy.path())?;
        let mut reading = sarif::Reading::new(&root, &depots, &sources);
        let mut lists: Vec<Vec<String>> = Vec::with_capacity(sources.len());
        for source in &sources {
            let blobs = source.repository.all_blobs(source.commit).map_err(Error::internal)?;
            let files = blobs.into_iter().filter(|entry| entry.mode.is_file());
            lists.push(files.map(|entry| entry.path).collect());
        }
        for (number, name) in names.iter().take(MOST).enumerate() {
            stop.check()?;
            job.progress(number as u64, names.len() as u64, "adapters");
            let Some(declaration) = declaration(name) else {
                adapted.runs.push(AdapterRun::failed(name, "there is no such analyser"));
                continue;
            };
            for (source, files) in lists.iter().enumerate() {
                let wall = end.saturating_sub(started.elapsed()).min(WALL);
                let (below, _) = &depots[source];
                let limits = Limits { wall, ..limits };
                let input = Input { root: &root, below, files, changed: None, limits };
                let outcome = adapters::run(&sandbox, declaration, &input, &cancel);
                adapted.take(source, outcome, &mut reading);
            }
        }
        adapted.given = reading.given();
        Ok(adapted)
    })
    .await
    .map_err(Error::internal)?
}

impl Adapted {
    fn take(&mut self, source: usize, outcome: Outcome, reading: &mut sarif::Reading<'_>) {
        let Outcome { tool, version, status, reported, files, took, .. } = outcome;
        let before = self.observed.len();
        self.observed
            .extend(reported.into_iter().filter_map(|one| reading.below(source, &tool, one)));
        let found = self.observed.len() - before;
        let error = match &status {
            Status::Done | Status::Unneeded => String::new(),
            Status::Missing => "it is not on this machine".to_owned(),
            Status::Failed(why) => why.clone(),
            Status::TimedOut => "it took too long".to_owned(),
            Status::Cancelled => "it was stopped".to_owned(),
        };
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        self.runs.push(AdapterRun {
            tool,
            version,
            error,
            files: small(files),
            findings: small(found),
            millis: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        });
    }
}

impl Current {
    /// Adds what external analysers found, and says which of them were silent.
    pub(super) fn add_adapted(&mut self, adapted: Adapted) {
        self.observed.extend(adapted.observed);
        self.given.extend(adapted.given);
        self.silent = adapted
            .runs
            .iter()
            .filter(|run| !run.error.is_empty())
            .map(|run| format!("{}/", run.tool))
            .collect();
        self.result.adapters = adapted.runs;
    }
}
