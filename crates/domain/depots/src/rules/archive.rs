//! The archive: depots that are read and no longer changed.

use base::{Administer, Error, Granted, Result};
use call::Call;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::json;

use super::store;
use crate::Depot;
use crate::tables::depots;

/// Puts a depot into the archive, or takes it out again.
///
/// # Errors
/// `Conflict` when it is there already, or is not there.
pub async fn set_archived(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    archived: bool,
) -> Result<()> {
    let tx = call.db.begin().await?;
    let changed = depots::Entity::update_many()
        .col_expr(depots::Column::Archived, Expr::value(archived))
        .col_expr(depots::Column::UpdatedAt, Expr::value(call.clock.now()))
        .filter(depots::Column::Id.eq(depot.id))
        .filter(depots::Column::Archived.eq(!archived))
        .exec(&*tx)
        .await?;
    if changed.rows_affected == 0 {
        return Err(Error::conflict(if archived {
            "the depot is in the archive already"
        } else {
            "the depot is not in the archive"
        }));
    }
    let act = if archived { "depot.archived" } else { "depot.unarchived" };
    store::record(call, &tx, depot, act, json!({ "path": depot.path() })).await?;
    tx.commit().await
}

/// Refuses to change what is in the archive.
///
/// # Errors
/// `Conflict`.
pub(crate) fn check(depot: &Depot) -> Result<()> {
    if depot.archived {
        return Err(Error::conflict(
            "the depot is in the archive: it can be read, but not changed",
        ));
    }
    Ok(())
}
