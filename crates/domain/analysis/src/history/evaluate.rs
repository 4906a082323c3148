//! What the built-in analysers say of a commit, without a scan.

use std::sync::Arc;

use base::{Error, Result};
use call::Env;
use git::{Oid, Repository};
use scanner::{Engine, ProjectFile, ProjectReport};

use crate::plan::{Definition, ScanPlan};
use crate::run::collect::{Reader, Watch};
use crate::run::list::{Place, Scope, list};
use crate::run::stop::Stop;
use crate::run::warm::Lane;

/// Looks at commits of one depot, each at the price of what differs from the one
/// before.
pub(super) struct Evaluator {
    env: Env,
    pub(super) engine: Arc<Engine>,
    definition: Definition,
    repository: Repository,
    branch: String,
    stop: Stop,
    threads: usize,
    lane: Lane,
}

/// What is known of a commit.
pub(super) struct Evaluated {
    pub(super) files: Vec<ProjectFile>,
    pub(super) report: ProjectReport,
}

impl Evaluator {
    pub(super) async fn new(
        env: &Env,
        plan: &ScanPlan,
        repository: Repository,
        branch: &str,
        stop: Stop,
    ) -> Result<Self> {
        Ok(Self {
            env: env.clone(),
            engine: crate::ruleset::chosen(env, plan).await?.engine,
            definition: plan.definition.clone(),
            repository,
            branch: branch.to_owned(),
            stop,
            // The rest of the machine is for those who wait.
            threads: std::thread::available_parallelism().map_or(1, usize::from).div_ceil(2),
            lane: Lane::default(),
        })
    }

    /// What its answers depend on beside the commit.
    pub(super) fn shape(&self) -> Result<String> {
        super::shape(&self.engine, &self.definition)
    }

    /// Looks at a commit.
    ///
    /// # Errors
    /// `Conflict` when more than `most` blobs would have to be analysed for it.
    pub(super) async fn at(&mut self, commit: Oid, most: usize) -> Result<Evaluated> {
        let scope = Scope { definition: &self.definition, variables: &[], branch: &self.branch };
        let repository = self.repository.clone();
        let place = Place { repository: repository.clone(), commit, prefix: String::new() };
        let listed =
            list(&self.engine, &scope, vec![place], &self.stop, &mut self.lane.listing).await?;
        let reader = Reader {
            env: &self.env,
            engine: &self.engine,
            repositories: vec![repository],
            stop: &self.stop,
            watch: Watch::Nobody,
            threads: self.threads,
        };
        let collected = reader.read(listed, &mut self.lane.known, most).await?;
        let (engine, mut joiner) =
            (Arc::clone(&self.engine), std::mem::take(&mut self.lane.joiner));
        let (evaluated, joiner) = tokio::task::spawn_blocking(move || {
            let report = joiner.join(&engine, &collected.files, &collected.left_out);
            (Evaluated { files: collected.files, report }, joiner)
        })
        .await
        .map_err(Error::internal)?;
        self.lane.joiner = joiner;
        Ok(evaluated)
    }
}
