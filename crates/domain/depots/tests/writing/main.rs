//! Commits, branches, tags, notes, reports and comments on both databases.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

mod committing;
mod names;
mod remarks;

use base::{Granted, TeamRole, Write};
use call::testing::{TestEnv, on_each};
use call::{Call, Env};
use depots::commits::{self, FileEdit, FilesChange};
use depots::{Depot, DepotKey, InitialFiles, NewDepot};
use events::{EventFilter, EventKind, Listeners};
use jobs::Registry;
use projects::{NewProject, ProjectRole, members};

const MIGRATIONS: &[&[db::Migration]] =
    &[identity::MIGRATIONS, projects::MIGRATIONS, depots::MIGRATIONS];

pub(crate) struct World {
    pub(crate) test: TestEnv,
    pub(crate) ann: Call,
    pub(crate) depot: Granted<Depot, Write>,
}

/// Ann with a depot that has a README.
pub(crate) async fn each(test: impl AsyncFn(World)) {
    let registry = depots::register(Registry::new()).unwrap();
    on_each(MIGRATIONS, registry, Listeners::new(), async |installation: TestEnv| {
        let ann = user(&installation.env, "ann", TeamRole::Member).await;
        let new = NewProject { name: "web".to_owned(), ..NewProject::default() };
        let first = NewDepot { files: InitialFiles::Readme, ..NewDepot::named("web") };
        let (project, depot) = depots::create_project_with_depot(&ann, new, first).await.unwrap();
        user(&installation.env, "gus", TeamRole::Member).await;
        members::add(&ann, &project, &["gus".to_owned()], ProjectRole::Guest).await.unwrap();
        let depot = depots::authorise::<Write>(&ann, DepotKey::Id(depot.id)).await.unwrap();
        test(World { test: installation, ann, depot }).await;
    })
    .await;
}

pub(crate) async fn user(env: &Env, name: &str, role: TeamRole) -> Call {
    let actor = identity::testing::actor(env, "makers", name, role).await;
    Call::for_user(env.clone(), actor)
}

impl World {
    pub(crate) fn repository(&self) -> git::Repository {
        depots::repository(&self.test.env, &self.depot).unwrap()
    }

    pub(crate) fn tip(&self, branch: &str) -> git::Oid {
        self.repository().resolve(&format!("refs/heads/{branch}")).unwrap()
    }

    pub(crate) async fn write(&self, branch: &str, path: &str, text: &str) -> git::Commit {
        let change = FilesChange {
            branch: branch.to_owned(),
            message: format!("write {path}"),
            files: vec![put(path, text)],
            ..FilesChange::default()
        };
        commits::change_files(&self.ann, &self.depot, change).await.unwrap()
    }

    pub(crate) async fn events<K: EventKind>(&self) -> Vec<K> {
        let env = &self.test.env;
        let filter = EventFilter { kinds: vec![K::KIND.to_owned()], ..EventFilter::default() };
        let events = env.events.list(&env.db, &filter, 100).await.unwrap();
        events.into_iter().map(|event| serde_json::from_value(event.payload).unwrap()).collect()
    }
}

pub(crate) fn put(path: &str, text: &str) -> FileEdit {
    FileEdit::Put { path: path.to_owned(), data: text.into() }
}
