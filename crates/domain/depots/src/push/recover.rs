//! After a crash: what was cut off is told of, and its traces removed.

use std::time::Duration;

use base::{Error, Result, Timestamp};
use call::{Call, Env};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::tell;
use crate::tables::{depots, pushes};
use crate::{DepotId, list, place};

/// Nothing of an interrupted push that is younger than this is touched: a Git
/// process that outlived the server may be about to end.
const LEFTOVER_AGE: Duration = Duration::from_secs(1);

/// Closes the pushes that a crash has cut off before `started`, and has the
/// listeners look at their depots. Returns how many there were.
///
/// Call it before pushes are served: where there were any, it waits until what
/// they have left can be told from what is at work, and removes it. A lock that
/// stayed would refuse the next push to its branch.
///
/// # Errors
/// When the database cannot be reached.
pub async fn recover(env: &Env, started: Timestamp) -> Result<usize> {
    let call = Call::system(env.clone());
    let tx = env.db.begin().await?;
    let rows = pushes::Entity::find()
        .filter(pushes::Column::State.eq("receiving"))
        .filter(pushes::Column::StartedAt.lt(started))
        .all(&*tx)
        .await?;
    let count = rows.len();
    let mut interrupted: Vec<DepotId> = rows.iter().map(|row| row.depot_id).collect();
    for row in rows {
        let depot_id = row.depot_id;
        let mut active: pushes::ActiveModel = row.into();
        active.state = Set("interrupted".to_owned());
        active.finished_at = Set(Some(env.clock.now()));
        active.update(&*tx).await?;
        let depot = depots::Entity::find_by_id(depot_id).all(&*tx).await?;
        for depot in list::with_names(&*tx, depot).await? {
            tell(&call, &tx, &depot, Vec::new()).await?;
        }
    }
    tx.commit().await?;
    interrupted.sort_unstable();
    interrupted.dedup();
    if !interrupted.is_empty() {
        tokio::time::sleep(LEFTOVER_AGE).await;
    }
    let env = env.clone();
    tokio::task::spawn_blocking(move || remove_leftovers(&env, &interrupted))
        .await
        .map_err(Error::internal)?;
    Ok(count)
}

/// Locks that the killed Git has left would stand in the next push's way.
fn remove_leftovers(env: &Env, interrupted: &[DepotId]) {
    for depot in interrupted {
        let removed = place::open(env, *depot)
            .and_then(|it| it.remove_leftovers(LEFTOVER_AGE).map_err(Error::internal));
        match removed {
            Ok(count) => tracing::info!(depot = depot.0, count, "removed what a push has left"),
            Err(error) => tracing::warn!(depot = depot.0, %error, "leftovers of a push stay"),
        }
    }
}
