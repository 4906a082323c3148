//! The log of pushes.

use base::{Granted, PageRequest, Paged, Result, Right, Timestamp};
use call::Call;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::RefChange;
use crate::Depot;
use crate::tables::pushes;

/// A push in the log.
#[derive(Debug, Clone)]
pub struct LoggedPush {
    /// Who pushed.
    pub pusher: String,
    /// What changed.
    pub updates: Vec<RefChange>,
    /// When it was complete.
    pub at: Timestamp,
}

/// The finished pushes of a depot, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn log<R: Right>(
    call: &Call,
    depot: &Granted<Depot, R>,
    page: PageRequest,
) -> Result<Paged<LoggedPush>> {
    let query = pushes::Entity::find()
        .filter(pushes::Column::DepotId.eq(depot.id))
        .filter(pushes::Column::State.eq("done"));
    let total = query.clone().count(call.db.reader()).await?;
    let rows = query
        .order_by_desc(pushes::Column::Id)
        .offset(page.skip())
        .limit(page.size())
        .all(call.db.reader())
        .await?;
    let items = rows
        .into_iter()
        .map(|row| {
            Ok(LoggedPush {
                pusher: row.user_name,
                updates: serde_json::from_str(&row.updates)?,
                at: row.finished_at.unwrap_or(row.started_at),
            })
        })
        .collect::<Result<_>>()?;
    Ok(Paged { items, total, page })
}
