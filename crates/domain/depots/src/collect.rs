//! The regular removal of what nothing in a repository leads to.

use std::time::Duration;

use base::{Error, Result};
use call::Env;
use serde::{Deserialize, Serialize};

use crate::{DepotId, check, place};

/// Packs a repository anew and removes what was not needed for two weeks, where
/// so much has come since the last time that it is worth its cost.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Collect {
    /// The depot.
    pub(crate) depot: DepotId,
}

impl jobs::Job for Collect {
    const KIND: &'static str = "depots.collect";
    const PRIORITY: i32 = -30;
    // There is another day.
    const ATTEMPTS: u32 = 1;
}

/// How long what nothing leads to is kept after that was found: nobody pushes
/// for so long, and whoever misses something has time to say so.
const GRACE: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Enqueues the collections of those depots whose day it is: once a week, and
/// not on that of the check.
pub(crate) async fn enqueue_due(env: &Env, depots: impl Iterator<Item = DepotId>) -> Result<()> {
    let due: Vec<DepotId> = depots.filter(|depot| check::is_day_of(env, depot.0 + 3)).collect();
    if due.is_empty() {
        return Ok(());
    }
    let tx = env.db.begin().await?;
    for depot in due {
        let how = jobs::Enqueue {
            dedupe: Some(depot.to_string()),
            label: format!("collect garbage of depot {depot}"),
            subject: Some(format!("depot:{depot}")),
            ..Default::default()
        };
        env.jobs.enqueue_with(&tx, &Collect { depot }, how).await?;
    }
    tx.commit().await
}

pub(crate) async fn run(env: &Env, depot: DepotId, cancel: git::Cancel) -> Result<()> {
    let repository = place::open(env, depot)?;
    tokio::task::spawn_blocking(move || {
        if repository.is_collection_due()? {
            let removed = repository.collect(GRACE, &cancel)?;
            tracing::info!(depot = depot.0, removed, "a repository was packed anew");
        }
        Ok(())
    })
    .await
    .map_err(Error::internal)?
    .map_err(|error: git::Error| Error::internal(error))
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::SystemTime;

    use base::{TeamRole, Write};
    use call::Call;
    use call::testing::{TestEnv, on_each};
    use events::Listeners;
    use git::{FileEdit, Mode, NewCommit, Oid, RefEdit, Repository, Signature};
    use jobs::Registry;
    use projects::NewProject;

    use super::*;
    use crate::{DepotKey, InitialFiles, NewDepot};

    const MIGRATIONS: &[&[db::Migration]] =
        &[identity::MIGRATIONS, projects::MIGRATIONS, crate::MIGRATIONS];
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    /// A commit that nothing leads to any more.
    fn orphan(repository: &Repository) -> Oid {
        let path = "gone".to_owned();
        let edits = [FileEdit::Write { path, data: vec![7; 5_000], mode: Mode::File }];
        let who = Signature {
            name: "Ada".to_owned(),
            mail: "ada@example.com".to_owned(),
            seconds: 1_767_000_000,
            offset_minutes: 0,
        };
        let new = NewCommit {
            branch: "gone",
            parent: None,
            edits: &edits,
            author: &who,
            committer: &who,
            message: "gone",
        };
        let made = repository.create_commit(&new).unwrap();
        let gone = RefEdit { name: "refs/heads/gone".to_owned(), old: None, new: Oid::ZERO };
        repository.edit_refs(&[gone], &who, "gone").unwrap();
        made
    }

    /// A week goes by; how often the job ran.
    async fn week(test: &TestEnv, depot: DepotId) -> usize {
        let mut count = 0;
        for _ in 0..7 {
            test.clock.advance(DAY);
            // Twice a day is as often as once.
            for _ in 0..2 {
                enqueue_due(&test.env, [depot].into_iter()).await.unwrap();
            }
            let ran = test.run_jobs().await;
            count += ran.iter().filter(|job| job.kind == "depots.collect").count();
        }
        count
    }

    fn aged(path: &std::path::Path, days: u32) {
        let file = File::options().append(true).open(path).unwrap();
        file.set_modified(SystemTime::now() - DAY * days).unwrap();
    }

    #[tokio::test]
    async fn the_worker_collects_once_a_week() {
        let registry = crate::register(Registry::new()).unwrap();
        on_each(MIGRATIONS, registry, Listeners::new(), async |test| {
            let ann = identity::testing::actor(&test.env, "makers", "ann", TeamRole::Member).await;
            let ann = Call::for_user(test.env.clone(), ann);
            let new = NewProject { name: "web".to_owned(), ..NewProject::default() };
            let web = projects::create(&ann, new).await.unwrap();
            let new = NewDepot { files: InitialFiles::Readme, ..NewDepot::named("site") };
            let depot = crate::create(&ann, &web.lower(), new).await.unwrap();
            let depot = crate::authorise::<Write>(&ann, DepotKey::Id(depot.id)).await.unwrap();
            let open = || crate::repository(&test.env, &depot).unwrap();
            let path = open().path().to_owned();
            let tip = open().head().unwrap().commit.unwrap();
            let gone = orphan(&open());
            open().tidy(&git::Cancel::new()).unwrap();

            assert_eq!(week(&test, depot.id).await, 1);
            let collected = path.join("collected");
            assert!(collected.exists(), "nothing was done");
            // Set aside, and there for whoever needs it.
            assert!(open().commit(gone).is_ok());
            let keep = |path: &std::path::Path| {
                let packs = std::fs::read_dir(path.join("objects/pack")).unwrap();
                let mut paths = packs.map(|entry| entry.unwrap().path());
                paths.find(|path| path.extension().is_some_and(|it| it == "keep"))
            };
            let kept = keep(&path).expect("garbage is marked");
            // Not long enough.
            aged(&collected, 29);
            aged(&kept, 13);
            assert_eq!(week(&test, depot.id).await, 1);
            assert!(open().commit(gone).is_ok() && kept.exists());
            // Long enough, but nothing new and no month gone by.
            aged(&kept, 15);
            assert_eq!(week(&test, depot.id).await, 1);
            assert!(kept.exists());
            aged(&collected, 29);
            assert_eq!(week(&test, depot.id).await, 1);
            assert!(!kept.exists() && keep(&path).is_none());
            let anew = Repository::open(&path).unwrap();
            assert!(anew.commit(gone).is_err() && anew.commit(tip).is_ok());
            anew.fsck(&git::Cancel::new()).unwrap();
        })
        .await;
    }
}
