//! What may refuse a change of a depot, on both databases.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

mod contents;
mod names;
mod protected;
mod state;

use base::{Administer, Error, Granted, Read, Result, TeamRole, Write};
use call::Call;
use call::testing::{TestEnv, on_each};
use depots::push::{self, RefChange};
use depots::rules::Subject;
use depots::{Depot, DepotKey, NewDepot};
use events::Listeners;
use git::{CommitDraft, FileEdit, Mode, Oid, Signature};
use jobs::Registry;
use projects::{NewProject, ProjectRole, members};

const MIGRATIONS: &[&[db::Migration]] =
    &[identity::MIGRATIONS, projects::MIGRATIONS, depots::MIGRATIONS];

/// The depot `site` of the project `web`: ann is the project's admin, max its
/// member.
pub(crate) struct World {
    pub(crate) test: TestEnv,
    pub(crate) depot: Depot,
    pub(crate) ann: Call,
    pub(crate) max: Call,
}

pub(crate) async fn each(test: impl AsyncFn(World)) {
    let registry = depots::register(Registry::new()).unwrap();
    on_each(MIGRATIONS, registry, Listeners::new(), async |env| {
        let user = async |name| {
            let role = TeamRole::Member;
            let actor = identity::testing::actor(&env.env, "makers", name, role).await;
            Call::for_user(env.env.clone(), actor)
        };
        let (ann, max) = (user("ann").await, user("max").await);
        let new = NewProject { name: "web".to_owned(), ..NewProject::default() };
        let project = projects::create(&ann, new).await.unwrap();
        members::add(&ann, &project, &["max".to_owned()], ProjectRole::Member).await.unwrap();
        let depot = depots::create(&ann, &project.lower(), NewDepot::named("site")).await.unwrap();
        test(World { test: env, depot, ann, max }).await;
    })
    .await;
}

impl World {
    pub(crate) async fn admin(&self) -> Granted<Depot, Administer> {
        depots::authorise(&self.ann, DepotKey::Id(self.depot.id)).await.unwrap()
    }

    pub(crate) async fn repository(&self) -> git::Repository {
        let granted =
            depots::authorise::<Read>(&self.ann, DepotKey::Id(self.depot.id)).await.unwrap();
        depots::repository(&self.test.env, &granted).unwrap()
    }

    /// A commit by max that no ref leads to. A file without content is deleted.
    pub(crate) async fn commit(
        &self,
        parents: &[Oid],
        message: &str,
        files: &[(&str, &[u8])],
    ) -> Oid {
        self.commit_by("max@example.com", parents, message, files).await
    }

    pub(crate) async fn commit_by(
        &self,
        mail: &str,
        parents: &[Oid],
        message: &str,
        files: &[(&str, &[u8])],
    ) -> Oid {
        let who = Signature {
            name: "Max".to_owned(),
            mail: mail.to_owned(),
            seconds: 1_790_000_000,
            offset_minutes: 0,
        };
        let edits: Vec<FileEdit> = files
            .iter()
            .map(|(path, data)| match data {
                [] => FileEdit::Delete { path: (*path).to_owned() },
                data => FileEdit::Write {
                    path: (*path).to_owned(),
                    data: data.to_vec(),
                    mode: Mode::File,
                },
            })
            .collect();
        let mut draft = self.repository().await.draft();
        let tree = draft.tree(parents.first().copied(), &edits).unwrap();
        let new = CommitDraft { tree, parents, author: &who, committer: &who, message };
        let commit = draft.commit(&new).unwrap();
        draft.keep().unwrap();
        commit
    }

    /// Moves refs (a branch, or a full name) to where they shall be; zero
    /// deletes.
    pub(crate) async fn push_all(&self, who: &Call, wanted: &[(&str, Oid)]) -> Result<()> {
        let depot = depots::authorise::<Write>(who, DepotKey::Id(self.depot.id)).await?;
        let repository = self.repository().await;
        let changes = wanted
            .iter()
            .map(|(name, new)| {
                let full = name.starts_with("refs/");
                let name = if full { (*name).to_owned() } else { format!("refs/heads/{name}") };
                let old = repository.reference(&name).unwrap().unwrap_or(Oid::ZERO);
                RefChange { name, old: old.to_string(), new: new.to_string() }
            })
            .collect();
        push::apply(who, &depot, changes, "test").await
    }

    pub(crate) async fn push(&self, who: &Call, name: &str, new: Oid) -> Result<()> {
        self.push_all(who, &[(name, new)]).await
    }

    /// The words with which a push is refused.
    pub(crate) async fn refused(&self, who: &Call, name: &str, new: Oid) -> String {
        let before = self.repository().await.references().unwrap();
        let error = self.push(who, name, new).await.unwrap_err();
        assert!(matches!(error, Error::Denied { .. }), "{error:?}");
        assert_eq!(self.repository().await.references().unwrap(), before);
        error.to_string()
    }
}

pub(crate) fn user(name: &str) -> Subject {
    Subject::User(name.to_owned())
}
