//! Databases for tests.
//!
//! PostgreSQL takes part when `MORTISE_TEST_POSTGRES` holds the address of a
//! server on which databases may be made; `cargo xtask test` starts one.

use std::sync::atomic::{AtomicU32, Ordering};

use base::SystemClock;
use sea_orm::{ConnectionTrait as _, Database};

use crate::{Db, DbOptions, Migration, migrate};

/// The variable that names the PostgreSQL server for tests.
pub const POSTGRES_VARIABLE: &str = "MORTISE_TEST_POSTGRES";

/// A fresh database that is thrown away when this is dropped.
#[derive(Debug)]
pub struct Scratch {
    /// How to open it a second time.
    pub options: DbOptions,
    _directory: Option<tempfile::TempDir>,
}

/// A fresh, empty SQLite file.
pub fn sqlite() -> Scratch {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let options = DbOptions::Sqlite(directory.path().join("mortise.db"));
    Scratch { options, _directory: Some(directory) }
}

/// A fresh, empty database on the PostgreSQL server for tests, if there is one.
pub async fn postgres() -> Option<Scratch> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    #[expect(clippy::disallowed_methods, reason = "the test runner speaks through it")]
    let server = std::env::var(POSTGRES_VARIABLE).ok()?;
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("test_{}_{number}", std::process::id());
    let connection = Database::connect(&server).await.expect("the PostgreSQL server for tests");
    connection
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .expect("the right to make databases");
    connection.close().await.expect("a clean end");
    let (server, options) = server.split_once('?').unwrap_or((&server, ""));
    let (address, _) = server.rsplit_once('/').expect("an address that ends in /DATABASE");
    let url = format!("{address}/{name}?{options}");
    Some(Scratch { options: DbOptions::Postgres(url), _directory: None })
}

/// Runs `test` once on each kind of database, migrated and empty.
pub async fn on_each(migrations: &[&[Migration]], test: impl AsyncFn(Db)) {
    let mut databases = vec![sqlite()];
    match postgres().await {
        Some(database) => databases.push(database),
        None => eprintln!("{POSTGRES_VARIABLE} is not set: this test runs on SQLite only"),
    }
    for scratch in databases {
        let db = Db::open(&scratch.options).await.expect("the database opens");
        migrate(&db, &SystemClock, migrations).await.expect("the migrations run");
        test(db.clone()).await;
        db.close().await.expect("a clean end");
    }
}
