//! Units of work, counters and migrations, on both databases.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base::SystemClock;
use db::testing::on_each;
use db::{Db, MigrateError, Migration, counter, migrate, pending};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

const NOTES: &[Migration] = &[Migration {
    name: "notes_0001",
    up: |schema| {
        schema.table("notes").id().text("name").big_or_null("size").unique(&["name"]);
    },
}];

async fn add(connection: &impl sea_orm::ConnectionTrait, name: &str) -> Result<(), sea_orm::DbErr> {
    let insert = Query::insert()
        .into_table("notes")
        .columns(["name"])
        .values_panic([name.into()])
        .to_owned();
    connection.execute(&insert).await.map(drop)
}

async fn names(db: &Db, containing: &str) -> Vec<String> {
    let select = Query::select()
        .column("name")
        .from("notes")
        .and_where(db::contains_ignoring_case(Expr::col("name"), containing))
        .order_by("name", sea_orm::Order::Asc)
        .to_owned();
    let rows = db.reader().query_all(&select).await.unwrap();
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

#[tokio::test]
async fn a_dropped_unit_of_work_leaves_nothing_and_calls_nobody() {
    on_each(&[NOTES], async |db| {
        let called = Arc::new(AtomicBool::new(false));
        let tx = db.begin().await.unwrap();
        add(&*tx, "lost").await.unwrap();
        let flag = Arc::clone(&called);
        tx.after_commit(move || flag.store(true, Ordering::SeqCst));
        drop(tx);

        let tx = db.begin().await.unwrap();
        add(&*tx, "kept").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(names(&db, "").await, ["kept"]);
        assert!(!called.load(Ordering::SeqCst));
    })
    .await;
}

#[tokio::test]
async fn a_taken_name_is_a_conflict_and_searching_escapes_wildcards() {
    on_each(&[NOTES], async |db| {
        let tx = db.begin().await.unwrap();
        add(&*tx, "100%_Done").await.unwrap();
        add(&*tx, "100 percent").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(names(&db, "0%_d").await, ["100%_Done"]);

        let tx = db.begin().await.unwrap();
        let error: base::Error = add(&*tx, "100 percent").await.unwrap_err().into();
        assert!(matches!(error, base::Error::Conflict { .. }), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn sixteen_writers_count_without_gaps() {
    on_each(&[NOTES], async |db| {
        let writers: Vec<_> = (0..16)
            .map(|_| {
                let db = db.clone();
                tokio::spawn(async move {
                    let mut seen = Vec::new();
                    for _ in 0..20 {
                        let tx = db.begin().await.unwrap();
                        seen.push(counter::next(&tx, "project:1:item").await.unwrap());
                        tx.commit().await.unwrap();
                    }
                    seen
                })
            })
            .collect();
        let mut numbers = Vec::new();
        for writer in writers {
            numbers.extend(writer.await.unwrap());
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=320).collect::<Vec<i64>>());
    })
    .await;
}

#[tokio::test]
async fn a_newer_database_is_refused_unchanged() {
    const LATER: &[Migration] = &[Migration {
        name: "notes_0002",
        up: |schema| {
            schema.table("later").id();
        },
    }];
    const LATEST: &[Migration] = &[Migration { name: "notes_0003", up: |_| {} }];
    on_each(&[NOTES, LATER], async |db| {
        let older = migrate(&db, &SystemClock, &[NOTES]).await;
        let Err(MigrateError::Newer { unknown }) = older else { panic!("{older:?}") };
        assert_eq!(unknown, "notes_0002");
        let older = pending(&db, &[NOTES]).await;
        assert!(matches!(older, Err(MigrateError::Newer { .. })), "{older:?}");
        assert_eq!(pending(&db, &[NOTES, LATER, LATEST]).await.unwrap(), ["notes_0003"]);
        migrate(&db, &SystemClock, &[NOTES, LATER]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn readers_cannot_write_on_sqlite() {
    let scratch = db::testing::sqlite();
    let db = Db::open(&scratch.options).await.unwrap();
    migrate(&db, &SystemClock, &[NOTES]).await.unwrap();
    assert!(add(db.reader(), "sneaked in").await.is_err());
}

/// A database on another machine is reached by TLS where its address asks for it.
#[tokio::test]
async fn postgres_by_tls() {
    let Some(scratch) = db::testing::postgres().await else { return };
    let db::DbOptions::Postgres(url) = &scratch.options else { panic!("not PostgreSQL") };
    let (address, _) = url.split_once('?').unwrap();
    for (mode, encrypted) in [("disable", false), ("require", true)] {
        let options = db::DbOptions::Postgres(format!("{address}?sslmode={mode}"));
        let db = Db::open(&options).await.unwrap();
        let own = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let row = db.reader().query_one_raw(Statement::from_string(DbBackend::Postgres, own));
        assert_eq!(row.await.unwrap().unwrap().try_get::<bool>("", "ssl").unwrap(), encrypted);
        db.close().await.unwrap();
    }
    // Its own signature is not taken where the certificate has to be good.
    let options = db::DbOptions::Postgres(format!("{address}?sslmode=verify-full"));
    assert!(Db::open(&options).await.is_err());
}
