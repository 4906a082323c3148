//! A process is killed in the middle of a job; another finishes it.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base::{Error, Result, SystemClock, SystemRandom};
use db::testing::{Scratch, postgres, sqlite};
use db::{Db, DbOptions, Migration, migrate};
use jobs::{Job, JobContext, JobState, Jobs, Registry, Worker, WorkerOptions};
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::Query;
use serde::{Deserialize, Serialize};

const EFFECTS: &[Migration] = &[Migration {
    name: "test_0001_effects",
    up: |schema| {
        schema.table("effects").id().text("note");
    },
}];

/// Where the helper process dies.
const DIES: &str = "MORTISE_TEST_DIES";
const DATABASE: &str = "MORTISE_TEST_DATABASE";
const MARK: &str = "MORTISE_TEST_MARK";

#[derive(Serialize, Deserialize)]
struct Effect;

impl Job for Effect {
    const KIND: &'static str = "test.effect";
}

/// Has its effect and ends in one unit of work, and hangs before or after
/// committing it where the process is to be killed.
async fn effect(context: JobContext<()>, _: Effect) -> Result<()> {
    let tx = context.db().begin().await?;
    let insert = Query::insert()
        .into_table("effects")
        .columns(["note"])
        .values_panic(["once".into()])
        .to_owned();
    tx.execute(&insert).await?;
    context.finish_in(&tx).await?;
    let dies = setting(DIES);
    if dies == "before" {
        hang().await?;
    }
    tx.commit().await?;
    if dies == "after" {
        hang().await?;
    }
    Ok(())
}

async fn hang() -> Result<()> {
    std::fs::write(setting(MARK), "in the middle")?;
    std::future::pending::<()>().await;
    Err(Error::internal("unreachable"))
}

fn setting(name: &str) -> String {
    std::env::var_os(name).and_then(|value| value.into_string().ok()).unwrap_or_default()
}

fn queue() -> Jobs {
    Jobs::new(Arc::new(SystemClock), Arc::new(SystemRandom))
}

#[tokio::test]
#[ignore = "the process that is killed; started by the test below"]
async fn helper_process() {
    let options = DbOptions::parse(&setting(DATABASE)).unwrap();
    let db = Db::open(&options).await.unwrap();
    let options = WorkerOptions { lease: Duration::from_secs(1), ..WorkerOptions::default() };
    let registry = Registry::new().on(effect);
    let _worker = Worker::start(db.clone(), queue(), registry, (), options).await.unwrap();
    std::future::pending::<()>().await;
}

struct Helper(Child);

impl Helper {
    fn start(database: &Scratch, dies: &str, mark: &PathBuf) -> Self {
        let address = match &database.options {
            DbOptions::Sqlite(path) => format!("sqlite:{}", path.display()),
            DbOptions::Postgres(url) => url.clone(),
        };
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["crash::helper_process", "--exact", "--ignored"])
            .env(DATABASE, address)
            .env(DIES, dies)
            .env(MARK, mark)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// SIGKILL: no destructor runs, nothing is flushed.
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn killed(database: Scratch, dies: &str, attempts: u32) {
    let directory = tempfile::tempdir().unwrap();
    let mark = directory.path().join("mark");
    let db = Db::open(&database.options).await.unwrap();
    migrate(&db, &SystemClock, &[jobs::MIGRATIONS, EFFECTS]).await.unwrap();
    let jobs = queue();
    let tx = db.begin().await.unwrap();
    let id = jobs.enqueue(&tx, &Effect).await.unwrap();
    tx.commit().await.unwrap();

    let begun = Instant::now();
    let first = Helper::start(&database, dies, &mark);
    while !mark.exists() {
        assert!(begun.elapsed() < Duration::from_secs(120), "the helper does nothing");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    first.kill();

    let second = Helper::start(&database, "never", &mark);
    loop {
        let info = jobs.get(&db, id).await.unwrap();
        if info.state == JobState::Succeeded {
            assert_eq!(info.attempt, attempts);
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(240), "{info:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Past another lease, so that a second execution would have shown.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let all = Query::select().column("note").from("effects").to_owned();
    assert_eq!(db.reader().query_all(&all).await.unwrap().len(), 1);
    drop(second);
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_job_of_a_killed_process_has_its_effect_once() {
    for (dies, attempts) in [("before", 2), ("after", 1)] {
        killed(sqlite(), dies, attempts).await;
        if let Some(database) = postgres().await {
            killed(database, dies, attempts).await;
        }
    }
}
