//! An installation for tests: on each database, with a clock that stands
//! still, repeatable randomness and a directory that is thrown away.

use std::sync::Arc;

use base::{ManualClock, SeededRandom, Timestamp};
use blob::Blobs;
use db::testing::Scratch;
use db::{Db, Migration};
use events::Listeners;
use jobs::{Drained, JobState, Jobs, Registry};
use mail::Mailer;

use crate::{Addresses, Env, EnvParts, Permits, Vault};

/// What the clock shows at first: 2026-01-01T00:00:00Z.
pub const START: Timestamp = Timestamp(1_767_225_600_000);

/// An installation that is thrown away when this is dropped.
#[derive(Debug)]
pub struct TestEnv {
    /// The installation.
    pub env: Env,
    /// Its clock, to be moved.
    pub clock: ManualClock,
    /// Its jobs and listeners.
    pub registry: Registry<Env>,
    _directory: tempfile::TempDir,
    _database: Scratch,
}

impl TestEnv {
    /// The same installation with a server for letters.
    #[must_use]
    pub fn with_mail(mut self, mail: Mailer) -> Self {
        self.env = Env::new(EnvParts { mail, ..(*self.env).clone() });
        self
    }

    /// Runs every due job and delivery, and those that they cause, until none
    /// is due.
    ///
    /// # Panics
    /// When an attempt does not succeed.
    pub async fn run_jobs(&self) -> Vec<Drained> {
        run_jobs(&self.env, &self.registry).await
    }
}

/// Runs `test` in a fresh installation on each kind of database.
///
/// The tables of jobs and events are there; `migrations` are those of the
/// domains, lowest first.
pub async fn on_each(
    migrations: &[&[Migration]],
    registry: Registry<Env>,
    listeners: Listeners<Env>,
    test: impl AsyncFn(TestEnv),
) {
    let mut databases = vec![db::testing::sqlite()];
    match db::testing::postgres().await {
        Some(database) => databases.push(database),
        None => eprintln!(
            "{} is not set: this test runs on SQLite only",
            db::testing::POSTGRES_VARIABLE
        ),
    }
    for database in databases {
        let installation = make(database, migrations, registry.clone(), listeners.clone()).await;
        let db = installation.env.db.clone();
        test(installation).await;
        db.close().await.expect("a clean end");
    }
}

/// A fresh installation on SQLite alone, for tests that need no second one.
pub async fn on_sqlite(
    migrations: &[&[Migration]],
    registry: Registry<Env>,
    listeners: Listeners<Env>,
) -> TestEnv {
    make(db::testing::sqlite(), migrations, registry, listeners).await
}

async fn make(
    database: Scratch,
    migrations: &[&[Migration]],
    registry: Registry<Env>,
    listeners: Listeners<Env>,
) -> TestEnv {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let clock = ManualClock::at(START);
    let random = Arc::new(SeededRandom::new(1));
    let db = Db::open(&database.options).await.expect("the database opens");
    let all: Vec<&[Migration]> = [jobs::MIGRATIONS, events::MIGRATIONS]
        .into_iter()
        .chain(migrations.iter().copied())
        .collect();
    db::migrate(&db, &clock, &all).await.expect("the migrations run");
    let jobs = Jobs::new(Arc::new(clock.clone()), random.clone());
    let env = Env::new(EnvParts {
        db,
        blobs: Blobs::local(&directory.path().join("blobs")).expect("a blob store"),
        events: listeners.events(Arc::new(clock.clone()), jobs.clone()),
        jobs,
        clock: Arc::new(clock.clone()),
        mail: Mailer::none(),
        vault: Vault::open_or_create(directory.path(), random.clone()).expect("a key"),
        random,
        data_dir: directory.path().to_path_buf(),
        addresses: Addresses {
            http: "http://mortise.test:8080".to_owned(),
            ssh: "mortise.test:2222".to_owned(),
        },
        permits: Permits::ALL,
    });
    let keep = std::time::Duration::from_secs(365 * 24 * 60 * 60);
    let registry = listeners.register(registry, keep).expect("listeners with their own names");
    TestEnv { env, clock, registry, _directory: directory, _database: database }
}

/// Runs every due job and delivery, and those that they cause, until none is
/// due.
///
/// # Panics
/// When an attempt does not succeed.
pub async fn run_jobs(env: &Env, registry: &Registry<Env>) -> Vec<Drained> {
    let drained =
        jobs::drain(&env.db, &env.jobs, registry, env.clone()).await.expect("the queue works");
    for attempt in &drained {
        assert_eq!(attempt.state, JobState::Succeeded, "{attempt:?}");
    }
    drained
}
