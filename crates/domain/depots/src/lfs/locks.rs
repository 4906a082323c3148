//! Locks on files.

use base::{Administer, AtLeast, Error, Granted, Read, Result, Right, Timestamp, UserId, Write};
use call::Call;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use crate::tables::lfs::locks;
use crate::{Depot, DepotId, DepotKey, authorise};

/// No path is longer.
const LONGEST: usize = 4096;
/// Locks in one answer.
const PAGE: u64 = 100;

/// That somebody works on a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// The number.
    pub id: i64,
    /// The file's path in the repository.
    pub path: String,
    /// Who holds it, if it is a person who is still there.
    pub user: Option<UserId>,
    /// The holder's unique name.
    pub owner: String,
    /// Since when.
    pub locked_at: Timestamp,
}

impl Lock {
    /// Whether the caller holds it.
    pub fn is_callers(&self, call: &Call) -> bool {
        match call.actor.user_id() {
            Some(user) => self.user == Some(user),
            None => self.user.is_none() && self.owner == call.actor.name(),
        }
    }
}

impl From<locks::Model> for Lock {
    fn from(row: locks::Model) -> Self {
        Self {
            id: row.id,
            path: row.path,
            user: row.user_id,
            owner: row.owner_name,
            locked_at: row.locked_at,
        }
    }
}

/// Which locks are wanted.
#[derive(Debug, Clone, Default)]
pub struct LockFilter {
    /// Only the one on this path.
    pub path: Option<String>,
    /// Only the one of this number.
    pub id: Option<i64>,
    /// Only those after this number.
    pub after: i64,
    /// How many; 100 at most, and without.
    pub limit: Option<u64>,
}

/// Some locks.
#[derive(Debug, Clone, Default)]
pub struct Locks {
    /// They, the oldest first.
    pub locks: Vec<Lock>,
    /// What to ask for to get those behind them.
    pub next: Option<i64>,
}

/// Locks a file; or gives the lock that is on it already.
///
/// # Errors
/// `Missing`/`Invalid` on `path`.
pub async fn lock(
    call: &Call,
    depot: &Granted<Depot, Write>,
    path: &str,
    ref_name: &str,
) -> Result<std::result::Result<Lock, Lock>> {
    check_path(path)?;
    if ref_name.len() > LONGEST || ref_name.contains(char::is_control) {
        return Err(Error::invalid("ref", "is not the name of a ref"));
    }
    let tx = call.db.begin().await?;
    db::lock_in_transaction(&*tx, &format!("depots:lfs_locks:{}", depot.id)).await?;
    let taken = locks::Entity::find()
        .filter(locks::Column::DepotId.eq(depot.id))
        .filter(locks::Column::Path.eq(path))
        .one(&*tx)
        .await?;
    if let Some(taken) = taken {
        return Ok(Err(taken.into()));
    }
    let row = locks::ActiveModel {
        id: NotSet,
        depot_id: Set(depot.id),
        path: Set(path.to_owned()),
        user_id: Set(call.actor.user_id()),
        owner_name: Set(call.actor.name().to_owned()),
        ref_name: Set(ref_name.to_owned()),
        locked_at: Set(call.clock.now()),
    }
    .insert(&*tx)
    .await?;
    tx.commit().await?;
    Ok(Ok(row.into()))
}

/// All locks of a depot, for the rules of pushes.
pub(crate) async fn all(connection: &impl ConnectionTrait, depot: DepotId) -> Result<Vec<Lock>> {
    let rows =
        locks::Entity::find().filter(locks::Column::DepotId.eq(depot)).all(connection).await?;
    Ok(rows.into_iter().map(Lock::from).collect())
}

fn check_path(path: &str) -> Result<()> {
    if path.is_empty() {
        return Err(Error::missing("path"));
    }
    let outside = path.split('/').any(|name| matches!(name, "" | "." | ".." | ".git"));
    if path.len() > LONGEST || path.contains(char::is_control) || outside {
        return Err(Error::invalid("path", "is not the path of a file in the repository"));
    }
    Ok(())
}

/// The locks of a depot.
///
/// # Errors
/// When the database cannot be read.
pub async fn locks<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    filter: &LockFilter,
) -> Result<Locks> {
    let limit = filter.limit.unwrap_or(PAGE).clamp(1, PAGE);
    let mut query = locks::Entity::find()
        .filter(locks::Column::DepotId.eq(depot.id))
        .filter(locks::Column::Id.gt(filter.after));
    if let Some(path) = &filter.path {
        query = query.filter(locks::Column::Path.eq(path));
    }
    if let Some(id) = filter.id {
        query = query.filter(locks::Column::Id.eq(id));
    }
    let rows = query.order_by_asc(locks::Column::Id).limit(limit + 1).all(call.db.reader()).await?;
    let is_more = rows.len() as u64 > limit;
    let mut locks: Vec<Lock> = rows.into_iter().map(Lock::from).collect();
    if is_more {
        locks.pop();
    }
    let next = locks.last().filter(|_| is_more).map(|lock| lock.id);
    Ok(Locks { locks, next })
}

/// Takes a lock away: one's own, or, as an administrator who insists by
/// `force`, another's.
///
/// # Errors
/// `NotFound`; `Denied` for another's without the right, `Conflict` without
/// `force`.
pub async fn unlock(
    call: &Call,
    depot: &Granted<Depot, Write>,
    id: i64,
    force: bool,
) -> Result<Lock> {
    let tx = call.db.begin().await?;
    let row = locks::Entity::find_by_id(id)
        .filter(locks::Column::DepotId.eq(depot.id))
        .one(&*tx)
        .await?
        .ok_or_else(|| Error::not_found("lock"))?;
    let lock = Lock::from(row);
    if !lock.is_callers(call) {
        if !force {
            return Err(Error::conflict(format!("the file is locked by {}", lock.owner)));
        }
        authorise::<Administer>(call, DepotKey::Id(depot.id)).await?;
        let details = serde_json::json!({ "path": lock.path, "owner": lock.owner });
        let subject = format!("depot:{}", depot.id);
        identity::audit::record(&tx, call, "lfs_lock.force", &subject, details).await?;
    }
    locks::Entity::delete_by_id(id).exec(&*tx).await?;
    tx.commit().await?;
    Ok(lock)
}
