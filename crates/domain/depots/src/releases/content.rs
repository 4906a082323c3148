//! The bytes of attachments: how much they are, and when they go.

use base::{Result, Timestamp};
use blob::BlobStream;
use call::{Call, Env};
use db::Tx;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query, SelectStatement};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use crate::DepotId;
use crate::orphans::{AT_ONCE, Area, blobs};
use crate::releases::ReleaseId;
use crate::tables::releases::{self, attachments as rows, orphans};

/// The content of attachments.
pub(crate) struct Attachments;

impl Area for Attachments {
    const NAME: &'static str = "releases";

    async fn due(env: &Env, until: Timestamp) -> Result<Vec<String>> {
        let due = orphans::Entity::find()
            .filter(orphans::Column::Since.lte(until))
            .order_by_asc(orphans::Column::Sha256)
            .limit(AT_ONCE)
            .all(env.db.reader())
            .await?;
        Ok(due.into_iter().map(|orphan| orphan.sha256).collect())
    }

    async fn holders(tx: &Tx, sha256: &str) -> Result<u64> {
        let holders = rows::Entity::find().filter(rows::Column::Sha256.eq(sha256));
        Ok(holders.count(&**tx).await?)
    }

    async fn unnote(tx: &Tx, sha256: &str) -> Result<()> {
        orphans::Entity::delete_by_id(sha256).exec(&**tx).await?;
        Ok(())
    }
}

/// The content, piece by piece.
pub(super) async fn stream(env: &Env, sha256: &str) -> Result<BlobStream> {
    match blobs::<Attachments>(env)?.get_stream(sha256, None).await {
        // Older ones lie among the blobs of everybody.
        Err(error) if error.is_not_found() => env.blobs.get_stream(sha256, None).await,
        other => other,
    }
}

/// How many bytes are attached to the releases of a depot, for its quota.
pub(crate) async fn bytes(connection: &impl ConnectionTrait, depot: DepotId) -> Result<u64> {
    let sizes: Vec<i64> = rows::Entity::find()
        .select_only()
        .column(rows::Column::Size)
        .filter(Expr::col(rows::Column::ReleaseId).in_subquery(of_depots(&[depot])))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(sizes.into_iter().map(i64::cast_unsigned).sum())
}

fn of_depots(depots: &[DepotId]) -> SelectStatement {
    Query::select()
        .column(releases::Column::Id)
        .from(releases::Entity)
        .and_where(Expr::col(releases::Column::DepotId).is_in(depots.iter().map(|id| id.0)))
        .to_owned()
}

/// Notes what is attached to the releases of depots that are about to be
/// deleted, so that it goes later.
pub(crate) async fn forget(call: &Call, tx: &Tx, depots: &[DepotId]) -> Result<()> {
    if depots.is_empty() {
        return Ok(());
    }
    let within = Expr::col(rows::Column::ReleaseId).in_subquery(of_depots(depots));
    note(call, tx, within).await
}

/// The same for one release.
pub(super) async fn forget_release(call: &Call, tx: &Tx, release: ReleaseId) -> Result<()> {
    note(call, tx, Expr::col(rows::Column::ReleaseId).eq(release.0)).await
}

/// Notes the content of the attachments that meet a condition.
async fn note(call: &Call, tx: &Tx, which: sea_orm::sea_query::SimpleExpr) -> Result<()> {
    let held = Query::select()
        .distinct()
        .column(rows::Column::Sha256)
        .expr(Expr::value(call.clock.now()))
        .from(rows::Entity)
        .and_where(which)
        .to_owned();
    let insert = Query::insert()
        .into_table(orphans::Entity)
        .columns([orphans::Column::Sha256, orphans::Column::Since])
        .select_from(held)
        .map_err(base::Error::internal)?
        .on_conflict(OnConflict::column(orphans::Column::Sha256).do_nothing().to_owned())
        .to_owned();
    tx.execute(&insert).await?;
    Ok(())
}

/// Notes content that was stored and is attached to nothing.
pub(super) async fn note_one(call: &Call, sha256: &str) -> Result<()> {
    let tx = call.db.begin().await?;
    note_in(call, &tx, sha256).await?;
    tx.commit().await
}

/// Notes content that something is about to let go.
pub(super) async fn note_in(call: &Call, tx: &Tx, sha256: &str) -> Result<()> {
    let row = orphans::ActiveModel { sha256: Set(sha256.to_owned()), since: Set(call.clock.now()) };
    orphans::Entity::insert(row)
        .on_conflict(OnConflict::column(orphans::Column::Sha256).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}
