//! A project with a depot in it, for the tests of doors.

use base::{Administer, Granted, Read, TeamRole, UserActor};
use call::testing::TestEnv;
use call::{Call, Env};
use db::Migration;
use depots::push::{self, RefChange};
use depots::{Depot, DepotKey, NewDepot};
use events::Listeners;
use git::{FileEdit, NewCommit, Signature};
use jobs::Registry;
use projects::{NewProject, Project};

/// Everything up to this crate.
pub const MIGRATIONS: &[&[Migration]] =
    &[identity::MIGRATIONS, projects::MIGRATIONS, depots::MIGRATIONS, crate::MIGRATIONS];

/// The team that everybody but strangers is in.
pub const TEAM: &str = "makers";

/// An installation in which `ann` has a project `web` with an empty depot
/// `site`. `gus` is a guest of the project, `bob` is in the team only, and
/// `zoe` is in another team.
#[derive(Debug)]
pub struct World {
    /// The installation.
    pub test: TestEnv,
    /// The project's admin, as a call.
    pub ann: Call,
    /// The project.
    pub project: Granted<Project, Administer>,
    /// The depot.
    pub depot: Granted<Depot, Read>,
}

/// Runs `test` in a fresh world on each kind of database.
///
/// # Panics
/// When the world cannot be made.
pub async fn on_each(test: impl AsyncFn(World)) {
    let registry = depots::register(Registry::new()).and_then(crate::register);
    let registry = registry.expect("the jobs");
    let listeners = crate::listen(Listeners::new());
    call::testing::on_each(MIGRATIONS, registry, listeners, async |installation| {
        test(World::new(installation).await).await;
    })
    .await;
}

impl World {
    async fn new(test: TestEnv) -> Self {
        let env = test.env.clone();
        let ann = identity::testing::actor(&env, TEAM, "ann", TeamRole::Member).await;
        let ann = Call::for_user(env.clone(), ann);
        let new = NewProject { name: "web".to_owned(), ..NewProject::default() };
        let project = projects::create(&ann, new).await.expect("a project");
        for name in ["gus", "bob"] {
            identity::testing::actor(&env, TEAM, name, TeamRole::Member).await;
        }
        identity::testing::actor(&env, "others", "zoe", TeamRole::Owner).await;
        let guest = projects::ProjectRole::Guest;
        let names = ["gus".to_owned()];
        projects::members::add(&ann, &project, &names, guest).await.expect("a guest");
        let made = depots::create(&ann, &project.clone().lower(), NewDepot::named("site")).await;
        let key = DepotKey::Id(made.expect("a depot").id);
        let depot = depots::authorise(&ann, key).await.expect("a depot of one's own");
        Self { test, ann, project, depot }
    }

    /// The installation.
    pub fn env(&self) -> &Env {
        &self.test.env
    }

    /// One of the people.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn person(&self, name: &str) -> UserActor {
        let (team, role) = match name {
            "zoe" => ("others", TeamRole::Owner),
            _ => (TEAM, TeamRole::Member),
        };
        identity::testing::actor(self.env(), team, name, role).await
    }

    /// Commits these files (path and content) to a branch and announces the
    /// push, without the scans that follow: those wait for
    /// [`TestEnv::run_jobs`]. Returns the commit.
    ///
    /// # Panics
    /// When the commit cannot be made.
    pub async fn push(&self, branch: &str, files: &[(&str, &str)]) -> String {
        let repository = depots::repository(self.env(), &self.depot).expect("a repository");
        let name = format!("refs/heads/{branch}");
        let parent = repository.reference(&name).expect("readable refs");
        let edits: Vec<FileEdit> = files
            .iter()
            .map(|(path, text)| FileEdit::Write {
                path: (*path).to_owned(),
                data: text.as_bytes().to_vec(),
                mode: git::Mode::File,
            })
            .collect();
        let author = Signature {
            name: "Ann".to_owned(),
            mail: "ann@example.com".to_owned(),
            seconds: self.env().clock.now().seconds(),
            offset_minutes: 0,
        };
        let commit = NewCommit {
            branch,
            parent,
            edits: &edits,
            author: &author,
            committer: &author,
            message: "Change\n",
        };
        let commit = repository.create_commit(&commit).expect("a commit").to_string();
        let change = RefChange {
            name,
            old: parent.unwrap_or(git::Oid::ZERO).to_string(),
            new: commit.clone(),
        };
        let writable = depots::authorise(&self.ann, DepotKey::Id(self.depot.id)).await;
        let writable = writable.expect("the right to push");
        let begun = push::begin(&self.ann, &writable, std::slice::from_ref(&change)).await;
        begun.expect("a push").finish(vec![change]).await.expect("an announced push");
        commit
    }
}
