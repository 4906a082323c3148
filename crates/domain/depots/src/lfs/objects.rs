//! Large files.

use std::collections::HashMap;
use std::ops::Range;

use base::{AtLeast, Error, Granted, Read, Result, Right, Timestamp, Write};
use blob::{BlobRef, BlobStream};
use call::{Call, Env};
use db::Tx;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use tokio::io::AsyncRead;

use crate::orphans::{AT_ONCE, Area, blobs, hold};
use crate::tables::lfs::{objects, orphans};
use crate::{Depot, DepotId, DepotKind, rules};

/// An object as clients name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    oid: String,
    size: u64,
}

impl Object {
    /// The object with this SHA-256 and length in bytes.
    ///
    /// # Errors
    /// `Invalid` on `oid` or `size`.
    pub fn new(oid: &str, size: i64) -> Result<Self> {
        let hexadecimal = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if oid.len() != 64 || !oid.bytes().all(hexadecimal) {
            return Err(Error::invalid("oid", "must be 64 lower-case hexadecimal digits"));
        }
        let size =
            u64::try_from(size).map_err(|_| Error::invalid("size", "must not be negative"))?;
        Ok(Self { oid: oid.to_owned(), size })
    }

    /// The SHA-256: 64 lower-case hexadecimal digits.
    pub fn oid(&self) -> &str {
        &self.oid
    }

    /// The length in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// Which of `oids` the depot holds, with their lengths.
///
/// # Errors
/// When the database cannot be read.
pub async fn held<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    oids: &[&str],
) -> Result<HashMap<String, u64>> {
    let mut found = HashMap::with_capacity(oids.len());
    for some in oids.chunks(500) {
        let rows = objects::Entity::find()
            .filter(objects::Column::DepotId.eq(depot.id))
            .filter(objects::Column::Oid.is_in(some.iter().copied()))
            .all(call.db.reader())
            .await?;
        found.extend(rows.into_iter().map(|row| (row.oid, row.size.cast_unsigned())));
    }
    Ok(found)
}

/// Takes an object into the depot: `source` yields its whole content. When
/// this returns it is durable; when it fails nothing has been stored.
///
/// # Errors
/// `Invalid` on `content` when it is something else; `Limit` where the depot's
/// quota leaves no room for it; `Conflict` for a depot that mirrors another.
pub async fn store(
    call: &Call,
    depot: &Granted<Depot, Write>,
    object: &Object,
    source: impl AsyncRead + Send + Unpin,
) -> Result<()> {
    if matches!(depot.kind, DepotKind::Outside { .. }) {
        return Err(Error::conflict("this depot mirrors another; push there"));
    }
    let size = i64::try_from(object.size).map_err(|_| Error::invalid("size", "is too large"))?;
    if !held(call, depot, &[&object.oid]).await?.contains_key(&object.oid) {
        rules::quota::check_room(call, depot, object.size).await?;
    }
    let blobs = blobs::<Objects>(&call.env)?;
    let expected = BlobRef { sha256: object.oid.clone(), size: object.size };
    blobs.put_expected(&expected, source).await?;
    let tx = call.db.begin().await?;
    hold::<Objects>(&call.env, &tx, &object.oid).await?;
    let row = objects::ActiveModel {
        id: NotSet,
        depot_id: Set(depot.id),
        oid: Set(object.oid.clone()),
        size: Set(size),
        created_at: Set(call.clock.now()),
    };
    let known = [objects::Column::DepotId, objects::Column::Oid];
    objects::Entity::insert(row)
        .on_conflict(OnConflict::columns(known).do_nothing().to_owned())
        .exec_without_returning(&*tx)
        .await?;
    tx.commit().await
}

/// The content of an object, or the bytes of `range`.
///
/// # Errors
/// `NotFound` when the depot does not hold it.
pub async fn open<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    oid: &str,
    range: Option<Range<u64>>,
) -> Result<BlobStream> {
    if !held(call, depot, &[oid]).await?.contains_key(oid) {
        return Err(Error::not_found("object"));
    }
    blobs::<Objects>(&call.env)?.get_stream(oid, range).await
}

/// How many bytes the objects of a depot take, for its quota.
///
/// # Errors
/// When the database cannot be read.
pub async fn bytes(connection: &impl ConnectionTrait, depot: DepotId) -> Result<u64> {
    let sizes: Vec<i64> = objects::Entity::find()
        .select_only()
        .column(objects::Column::Size)
        .filter(objects::Column::DepotId.eq(depot))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(sizes.into_iter().map(i64::cast_unsigned).sum())
}

/// Notes what depots that are about to be deleted hold, so that it goes later.
pub(crate) async fn forget(call: &Call, tx: &Tx, depots: &[DepotId]) -> Result<()> {
    if depots.is_empty() {
        return Ok(());
    }
    let held = Query::select()
        .distinct()
        .column(objects::Column::Oid)
        .expr(Expr::value(call.clock.now()))
        .from(objects::Entity)
        .and_where(Expr::col(objects::Column::DepotId).is_in(depots.iter().map(|id| id.0)))
        .to_owned();
    let insert = Query::insert()
        .into_table(orphans::Entity)
        .columns([orphans::Column::Oid, orphans::Column::Since])
        .select_from(held)
        .map_err(Error::internal)?
        .on_conflict(OnConflict::column(orphans::Column::Oid).do_nothing().to_owned())
        .to_owned();
    tx.execute(&insert).await?;
    Ok(())
}

/// The content of large files.
pub(crate) struct Objects;

impl Area for Objects {
    const NAME: &'static str = "lfs";

    async fn due(env: &Env, until: Timestamp) -> Result<Vec<String>> {
        let due = orphans::Entity::find()
            .filter(orphans::Column::Since.lte(until))
            .order_by_asc(orphans::Column::Oid)
            .limit(AT_ONCE)
            .all(env.db.reader())
            .await?;
        Ok(due.into_iter().map(|orphan| orphan.oid).collect())
    }

    async fn holders(tx: &Tx, oid: &str) -> Result<u64> {
        let holders = objects::Entity::find().filter(objects::Column::Oid.eq(oid));
        Ok(holders.count(&**tx).await?)
    }

    async fn unnote(tx: &Tx, oid: &str) -> Result<()> {
        orphans::Entity::delete_by_id(oid).exec(&**tx).await?;
        Ok(())
    }
}
