//! Reports of blobs that are known already, whatever depot they were in.

use std::collections::HashMap;
use std::time::Duration;

use base::{Error, Result};
use call::Env;
use git::Oid;
use scanner::{Named, PackedReport};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::tables::blob_reports as rows;

/// Keys asked for at once.
const ASKED: usize = 500;
/// A row's time is only touched when it is this old.
const STALE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// What has not been asked for so long is dropped.
pub(super) const KEPT: Duration = Duration::from_secs(60 * 24 * 60 * 60);

/// A blob's id, the hash of everything that shapes its report, and what its name
/// says of its language.
pub(crate) fn key(blob: Oid, analysis: &[u8], named: Named) -> Vec<u8> {
    [blob.as_bytes(), analysis, named.id().as_bytes()].concat()
}

/// The reports that are known, by key.
pub(crate) async fn load(env: &Env, keys: &[Vec<u8>]) -> Result<HashMap<Vec<u8>, PackedReport>> {
    let now = env.clock.now();
    let mut reading = Vec::new();
    let mut stale = Vec::new();
    for some in keys.chunks(ASKED) {
        let found = rows::Entity::find()
            .filter(rows::Column::Key.is_in(some.iter().cloned()))
            .all(env.db.reader())
            .await?;
        let old = found.iter().filter(|row| row.used_at < now.before(STALE));
        stale.extend(old.map(|row| row.key.clone()));
        // Beside the next question, and not on a thread that serves requests.
        reading.push(tokio::task::spawn_blocking(move || {
            // One that cannot be read any more is made again.
            let read = |row: rows::Model| Some((row.key, PackedReport::read(row.report).ok()?));
            found.into_iter().filter_map(read).collect::<Vec<_>>()
        }));
    }
    let mut known = HashMap::with_capacity(keys.len());
    for reports in reading {
        known.extend(reports.await.map_err(Error::internal)?);
    }
    touch(env, &stale).await?;
    Ok(known)
}

/// What others than the scanner keep here, by key, as it was kept.
pub(crate) async fn load_other(env: &Env, keys: &[Vec<u8>]) -> Result<HashMap<Vec<u8>, Vec<u8>>> {
    let now = env.clock.now();
    let mut known = HashMap::with_capacity(keys.len());
    let mut stale = Vec::new();
    for some in keys.chunks(ASKED) {
        let found = rows::Entity::find()
            .filter(rows::Column::Key.is_in(some.iter().cloned()))
            .all(env.db.reader())
            .await?;
        let old = found.iter().filter(|row| row.used_at < now.before(STALE));
        stale.extend(old.map(|row| row.key.clone()));
        known.extend(found.into_iter().map(|row| (row.key, row.report)));
    }
    touch(env, &stale).await?;
    Ok(known)
}

/// Says that rows are still wanted.
async fn touch(env: &Env, stale: &[Vec<u8>]) -> Result<()> {
    for some in stale.chunks(ASKED) {
        let tx = env.db.begin().await?;
        rows::Entity::update_many()
            .col_expr(rows::Column::UsedAt, Expr::value(env.clock.now()))
            .filter(rows::Column::Key.is_in(some.iter().cloned()))
            .exec(&*tx)
            .await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Keeps encoded reports.
pub(crate) async fn store(env: &Env, reports: Vec<(Vec<u8>, Vec<u8>)>) -> Result<()> {
    if reports.is_empty() {
        return Ok(());
    }
    let now = env.clock.now();
    let tx = env.db.begin().await?;
    let made = reports.into_iter().map(|(key, report)| rows::ActiveModel {
        key: Set(key),
        report: Set(report),
        used_at: Set(now),
    });
    rows::Entity::insert_many(made)
        .on_conflict(
            OnConflict::column(rows::Column::Key)
                .update_columns([rows::Column::Report, rows::Column::UsedAt])
                .to_owned(),
        )
        .exec_without_returning(&*tx)
        .await?;
    tx.commit().await
}

/// Drops what nobody has asked for in a long time.
pub(super) async fn prune(env: &Env) -> Result<u64> {
    let tx = env.db.begin().await?;
    let deleted = rows::Entity::delete_many()
        .filter(rows::Column::UsedAt.lt(env.clock.now().before(KEPT)))
        .exec(&*tx)
        .await?;
    tx.commit().await?;
    Ok(deleted.rows_affected)
}
