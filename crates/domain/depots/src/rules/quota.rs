//! How much room a depot may take.

use base::{Administer, AtLeast, Error, Granted, Read, Result, Right};
use call::Call;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait as _, ConnectionTrait};
use serde_json::json;

use super::store;
use crate::tables::rules::depot_settings::ActiveModel;
use crate::{Depot, DepotId, lfs, place, releases};

/// The room that a depot takes, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Its repository, on disk.
    pub repository: u64,
    /// What lies beside it for it: large files, attachments of releases.
    pub beside: u64,
    /// How much it may take; nothing for any.
    pub quota: Option<u64>,
}

impl Usage {
    /// All that counts.
    pub fn total(&self) -> u64 {
        self.repository.saturating_add(self.beside)
    }

    /// Checks that so many bytes more would fit.
    ///
    /// # Errors
    /// `Limit` saying how much there is and how much there may be.
    pub fn check(&self, more: u64) -> Result<()> {
        match self.quota {
            Some(quota) if self.total().saturating_add(more) > quota => Err(Error::limit(format!(
                "the depot would take {}; it may take {}",
                size(self.total().saturating_add(more)),
                size(quota)
            ))),
            _ => Ok(()),
        }
    }
}

/// A size for people; a KB has 1,024 bytes, an MB 1,048,576.
pub(super) fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        ..10_240 => return format!("{bytes} bytes"),
        10_240..1_048_576 => (1 << 10, "KB"),
        1_048_576.. => (1 << 20, "MB"),
    };
    let tenths = bytes.saturating_mul(10).div_ceil(unit);
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

/// Checks that so many bytes beside the repository would fit into the depot.
///
/// # Errors
/// `Limit` when it would not.
pub(crate) async fn check_room<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    bytes: u64,
) -> Result<()> {
    // The size on disk is only asked for where there is something to compare it with.
    if store::find_or_default(call.db.reader(), depot.id).await?.quota_bytes.is_none() {
        return Ok(());
    }
    usage(call, depot).await?.check(bytes)
}

/// How many bytes more a depot may take; nothing for any number.
pub(crate) async fn room<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
) -> Result<Option<u64>> {
    let stored = store::find_or_default(call.db.reader(), depot.id).await?;
    if stored.quota_bytes.is_none() {
        return Ok(None);
    }
    let usage = usage(call, depot).await?;
    Ok(usage.quota.map(|quota| quota.saturating_sub(usage.total())))
}

/// What lies beside a repository, in bytes.
pub(super) async fn beside(connection: &impl ConnectionTrait, depot: DepotId) -> Result<u64> {
    let files = lfs::bytes(connection, depot).await?;
    Ok(files.saturating_add(releases::bytes(connection, depot).await?))
}

/// The room that a depot takes. Looks at every file of the repository.
///
/// # Errors
/// `Unavailable` when the repository is not on disk.
pub async fn usage<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
) -> Result<Usage> {
    let connection = call.db.reader();
    let quota = store::find_or_default(connection, depot.id).await?.quota_bytes;
    let beside = beside(connection, depot.id).await?;
    let repository = place::open(&call.env, depot.id)?;
    let size = tokio::task::spawn_blocking(move || repository.size_on_disk());
    let repository = size.await.map_err(Error::internal)?.map_err(Error::internal)?;
    Ok(Usage { repository, beside, quota: quota.and_then(|bytes| u64::try_from(bytes).ok()) })
}

/// The room that a depot takes, where there is a quota and nothing more fits.
///
/// # Errors
/// Those of [`usage`].
pub async fn used_up<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
) -> Result<Option<Usage>> {
    // The size on disk is only asked for where there is something to compare it with.
    if store::find_or_default(call.db.reader(), depot.id).await?.quota_bytes.is_none() {
        return Ok(None);
    }
    let usage = usage(call, depot).await?;
    Ok(usage.quota.is_some_and(|quota| usage.total() >= quota).then_some(usage))
}

/// Sets how much room a depot may take, in bytes; nothing for any.
///
/// # Errors
/// `Invalid` on `quota` for more than the database can hold.
pub async fn set(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    bytes: Option<u64>,
) -> Result<()> {
    let bytes = match bytes {
        Some(bytes) => {
            Some(i64::try_from(bytes).map_err(|_| Error::invalid("quota", "is too large"))?)
        }
        None => None,
    };
    let tx = call.db.begin().await?;
    let mut active: ActiveModel = store::ensure(&tx, depot.id).await?.into();
    active.quota_bytes = Set(bytes);
    active.update(&*tx).await?;
    store::record(call, &tx, depot, "depot.quota.changed", json!({ "bytes": bytes })).await?;
    tx.commit().await
}
