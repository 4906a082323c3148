//! Deleting what has expired or lost its ground.

use std::time::Duration;

use base::{Result, TeamId, UserId};
use call::Env;
use db::Tx;
use jobs::{Job, Registry};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};

use crate::passwords;
use crate::sessions::SessionId;
use crate::tables::{access_keys, oauth_codes, oauth_grants, sessions, ssh_keys, tokens};
use crate::tokens::TokenKind;

/// Ends a user's sessions but `keep`. Returns how many.
pub(crate) async fn sessions_of(tx: &Tx, user: UserId, keep: Option<SessionId>) -> Result<u64> {
    let mut delete = sessions::Entity::delete_many().filter(sessions::Column::UserId.eq(user));
    if let Some(keep) = keep {
        delete = delete.filter(sessions::Column::Id.ne(keep.0));
    }
    Ok(delete.exec(&**tx).await?.rows_affected)
}

/// Ends what was opened with a password that is no longer right.
pub(crate) async fn after_password_change(
    tx: &Tx,
    user: UserId,
    keep: Option<SessionId>,
) -> Result<()> {
    sessions_of(tx, user, keep).await?;
    tokens::Entity::delete_many()
        .filter(tokens::Column::UserId.eq(user))
        .filter(tokens::Column::Kind.eq(TokenKind::Temporary))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Deletes all ways in of somebody who has left the team.
pub(crate) async fn of_member(tx: &Tx, team: TeamId, user: UserId) -> Result<()> {
    macro_rules! delete {
        ($table:ident) => {
            $table::Entity::delete_many()
                .filter($table::Column::TeamId.eq(team))
                .filter($table::Column::UserId.eq(user))
                .exec(&**tx)
                .await?
        };
    }
    delete!(tokens);
    delete!(access_keys);
    delete!(ssh_keys);
    delete!(sessions);
    delete!(oauth_codes);
    delete!(oauth_grants);
    Ok(())
}

/// Deletes whatever has expired. Returns how many rows.
///
/// # Errors
/// When the database cannot be reached.
pub async fn expired(env: &Env) -> Result<u64> {
    let now = env.clock.now();
    let tx = env.db.begin().await?;
    let mut gone = passwords::prune_attempts(&tx, env).await?;
    macro_rules! delete {
        ($table:ident, $column:ident) => {
            gone += $table::Entity::delete_many()
                .filter($table::Column::$column.lte(now))
                .exec(&*tx)
                .await?
                .rows_affected
        };
    }
    delete!(tokens, ExpiresAt);
    delete!(sessions, ExpiresAt);
    delete!(oauth_codes, ExpiresAt);
    delete!(oauth_grants, RefreshExpiresAt);
    tx.commit().await?;
    Ok(gone)
}

/// Deletes whatever has expired, every hour.
#[derive(Debug, Default, Serialize, Deserialize)]
struct PruneExpired {}

impl Job for PruneExpired {
    const KIND: &'static str = "identity.prune";
}

/// Adds this crate's jobs and schedules.
///
/// # Errors
/// `Internal` when a job's parameters cannot be written out.
pub fn register(registry: Registry<Env>) -> Result<Registry<Env>> {
    registry
        .on::<PruneExpired, _, _>(|job, _| async move {
            let gone = expired(&job.context).await?;
            tracing::debug!(gone, "expired credentials deleted");
            Ok(())
        })
        .schedule("identity.prune", Duration::from_hours(1), &PruneExpired {})
}
