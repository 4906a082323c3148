//! An installation with a user, a project, a depot and its repository.

use analysis::{
    Finding, FindingFilter, FindingSort, NewPlan, PlanKey, Scan, ScanFilter, ScanPlan,
    StartOptions, Trigger,
};
use base::{Administer, Granted, PageRequest, Read, TeamRole, Write};
use call::testing::{TestEnv, on_each};
use call::{Call, Env};
use depots::push::{self, RefChange};
use depots::{Depot, DepotKey, NewDepot};
use events::Listeners;
use git::{FileEdit, Mode, NewCommit, ObjectFormat, Oid, Repository, Signature};
use jobs::Registry;
use projects::{NewProject, Project, ProjectKey};

const MIGRATIONS: &[&[db::Migration]] =
    &[identity::MIGRATIONS, projects::MIGRATIONS, depots::MIGRATIONS, analysis::MIGRATIONS];

pub(crate) struct World {
    pub(crate) test: TestEnv,
    pub(crate) ann: Call,
    pub(crate) project: Granted<Project, Administer>,
    pub(crate) depot: Granted<Depot, Write>,
    pub(crate) repository: Repository,
}

/// Runs the test on each database in a world with the project `web` and the
/// empty depot `site` in it, which belong to ann.
pub(crate) async fn each(test: impl AsyncFn(World)) {
    each_in(ObjectFormat::Sha1, test).await;
}

/// As [`each`], with a depot of each format.
pub(crate) async fn each_format(test: impl AsyncFn(World)) {
    each_in(ObjectFormat::Sha1, &test).await;
    each_in(ObjectFormat::Sha256, &test).await;
}

async fn each_in(format: ObjectFormat, test: impl AsyncFn(World)) {
    let registry = analysis::register(depots::register(Registry::new()).unwrap()).unwrap();
    on_each(MIGRATIONS, registry, analysis::listen(Listeners::new()), async |env| {
        test(World::new(env, format).await).await;
    })
    .await;
}

pub(crate) async fn user(env: &Env, name: &str) -> Call {
    let actor = identity::testing::actor(env, "makers", name, TeamRole::Member).await;
    Call::for_user(env.clone(), actor)
}

impl World {
    async fn new(test: TestEnv, format: ObjectFormat) -> Self {
        let ann = user(&test.env, "ann").await;
        let new = NewProject { name: "web".to_owned(), ..NewProject::default() };
        let project = projects::create(&ann, new).await.unwrap();
        let (depot, repository) = depot_in(&ann, &project, "site", format).await;
        Self { test, ann, project, depot, repository }
    }

    /// The same world with a server for letters.
    pub(crate) fn with_mail(mut self, mail: mail::Mailer) -> Self {
        self.test = self.test.with_mail(mail);
        self.ann.env = self.test.env.clone();
        self
    }

    pub(crate) fn env(&self) -> &Env {
        &self.test.env
    }

    /// Commits on `main` without telling anybody.
    pub(crate) fn commit(&self, edits: &[(&str, Option<&str>)]) -> Oid {
        commit(&self.repository, "main", edits)
    }

    /// Commits on `main`, pushes, and lets all that follows happen.
    pub(crate) async fn push(&self, edits: &[(&str, Option<&str>)]) -> Oid {
        self.push_to("main", edits).await
    }

    pub(crate) async fn push_to(&self, branch: &str, edits: &[(&str, Option<&str>)]) -> Oid {
        let old = self.repository.reference(&format!("refs/heads/{branch}")).unwrap();
        let new = commit(&self.repository, branch, edits);
        self.tell(branch, old, new).await;
        self.test.run_jobs().await;
        new
    }

    pub(crate) async fn tell(&self, branch: &str, old: Option<Oid>, new: Oid) {
        let change = RefChange {
            name: format!("refs/heads/{branch}"),
            old: old.unwrap_or(Oid::ZERO).to_string(),
            new: new.to_string(),
        };
        let push = push::begin(&self.ann, &self.depot, std::slice::from_ref(&change)).await;
        push.unwrap().finish(vec![change]).await.unwrap();
    }

    /// Lets time pass, and the clock be looked at. Attempts may fail: they are
    /// repeated later.
    pub(crate) async fn tick(&self, by: std::time::Duration) {
        self.test.clock.advance(by);
        let env = self.env();
        let job = jobs::NewJob {
            kind: "analysis.tick".to_owned(),
            queue: "default".to_owned(),
            attempts: 1,
            priority: 0,
            payload: serde_json::Value::Null,
        };
        let tx = env.db.begin().await.unwrap();
        env.jobs.enqueue_new(&tx, job, jobs::Enqueue::default()).await.unwrap();
        tx.commit().await.unwrap();
        self.drain().await;
    }

    /// What is due, whether it succeeds or not.
    pub(crate) async fn drain(&self) {
        let env = self.env();
        jobs::drain(&env.db, &env.jobs, &self.test.registry, env.clone()).await.unwrap();
    }

    pub(crate) fn readable(&self) -> Granted<Depot, Read> {
        self.depot.clone().lower()
    }

    pub(crate) fn writable(&self) -> Granted<Project, Write> {
        self.project.clone().lower()
    }

    /// A plan for `main` that nothing starts by itself.
    pub(crate) fn new_plan(&self, name: &str) -> NewPlan {
        let mut new = NewPlan::named(name, self.readable(), "main");
        new.definition.triggers.enabled = false;
        new
    }

    pub(crate) async fn make(&self, new: NewPlan) -> Granted<ScanPlan, Write> {
        let plan = analysis::create_plan(&self.ann, &self.writable(), new).await.unwrap();
        self.plan(&plan.name).await
    }

    /// The plan of that name as it is now.
    pub(crate) async fn plan(&self, name: &str) -> Granted<ScanPlan, Write> {
        let key = PlanKey::Named(self.project.id, name);
        analysis::authorise_plan::<Write>(&self.ann, key).await.unwrap()
    }

    pub(crate) async fn start(&self, plan: &Granted<ScanPlan, Write>) -> Scan {
        analysis::start(&self.ann, plan, StartOptions::of(Trigger::Manual)).await.unwrap()
    }

    /// Starts a scan, has it done, and returns it as it ended.
    pub(crate) async fn scan(&self, plan: &Granted<ScanPlan, Write>) -> Scan {
        let scan = self.start(plan).await;
        self.test.run_jobs().await;
        self.again(plan, &scan).await
    }

    /// The scan as it is now.
    pub(crate) async fn again(&self, plan: &Granted<ScanPlan, Write>, scan: &Scan) -> Scan {
        analysis::scan(&self.ann, plan, scan.number).await.unwrap()
    }

    /// All scans, the oldest first.
    pub(crate) async fn scans(&self, plan: &Granted<ScanPlan, Write>) -> Vec<Scan> {
        let filter = ScanFilter::default();
        let page = PageRequest::first(1000);
        let mut all = analysis::scans(&self.ann, plan, &filter, page).await.unwrap().items;
        all.reverse();
        all
    }

    /// All findings of the first lane, by place.
    pub(crate) async fn findings(&self, plan: &Granted<ScanPlan, Write>) -> Vec<Finding> {
        self.findings_of(plan, &FindingFilter::default()).await
    }

    pub(crate) async fn findings_of(
        &self,
        plan: &Granted<ScanPlan, Write>,
        filter: &FindingFilter,
    ) -> Vec<Finding> {
        let page = PageRequest::first(1000);
        let found = analysis::findings(&self.ann, plan, filter, FindingSort::Path, page).await;
        found.unwrap().items
    }

    pub(crate) async fn project_as<R: base::Right>(
        &self,
        call: &Call,
    ) -> base::Result<Granted<Project, R>> {
        projects::authorise::<R>(call, ProjectKey::Id(self.project.id)).await
    }
}

pub(crate) async fn depot(
    call: &Call,
    project: &Granted<Project, Administer>,
    name: &str,
) -> (Granted<Depot, Write>, Repository) {
    depot_in(call, project, name, ObjectFormat::Sha1).await
}

async fn depot_in(
    call: &Call,
    project: &Granted<Project, Administer>,
    name: &str,
    format: ObjectFormat,
) -> (Granted<Depot, Write>, Repository) {
    let project = project.clone().lower();
    let new = NewDepot { format, ..NewDepot::named(name) };
    let depot = depots::create(call, &project, new).await.unwrap();
    let depot = depots::authorise::<Write>(call, DepotKey::Id(depot.id)).await.unwrap();
    let repository = depots::repository(&call.env, &depot).unwrap();
    (depot, repository)
}

/// Commits; `None` deletes a file.
pub(crate) fn commit(repository: &Repository, branch: &str, edits: &[(&str, Option<&str>)]) -> Oid {
    let grace = Signature {
        name: "Grace Hopper".to_owned(),
        mail: "grace@example.org".to_owned(),
        seconds: 1_700_000_000,
        offset_minutes: 0,
    };
    let edits: Vec<FileEdit> = edits
        .iter()
        .map(|(path, content)| match content {
            Some(text) => FileEdit::Write {
                path: (*path).to_owned(),
                data: text.as_bytes().to_vec(),
                mode: Mode::File,
            },
            None => FileEdit::Delete { path: (*path).to_owned() },
        })
        .collect();
    let parent = repository.reference(&format!("refs/heads/{branch}")).unwrap();
    // A new branch begins where the first one is.
    let parent = match parent {
        Some(parent) => Some(parent),
        None => branch_off(repository, branch),
    };
    let new = NewCommit {
        branch,
        parent,
        edits: &edits,
        author: &grace,
        committer: &grace,
        message: "Change something\n",
    };
    repository.create_commit(&new).unwrap()
}

fn branch_off(repository: &Repository, branch: &str) -> Option<Oid> {
    let from = repository.reference("refs/heads/main").unwrap()?;
    let who = Signature {
        name: "Grace Hopper".to_owned(),
        mail: "grace@example.org".to_owned(),
        seconds: 1_700_000_000,
        offset_minutes: 0,
    };
    let edit =
        git::RefEdit { name: format!("refs/heads/{branch}"), old: Some(Oid::ZERO), new: from };
    repository.edit_refs(&[edit], &who, "branch").unwrap();
    Some(from)
}

/// A file with two findings of severity error and some clean code around them.
pub(crate) const DANGEROUS: &str = "\
import os


def run(text):
    value = eval(text)
    return value


def clean(name):
    print('cleaning', name)
    os.system('rm ' + name)
";

pub(crate) const CLEAN: &str = "\
def add(a, b):
    # A comment.
    return a + b
";
