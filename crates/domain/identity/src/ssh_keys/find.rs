//! Who shows a key.

use std::time::Duration;

use base::{Error, Result, Scope, Scopes, TeamId, Timestamp, UserActor, UserId, Via};
use call::Env;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::SshKeyId;
use crate::acting::refused;
use crate::tables::ssh_keys;
use crate::{UserStatus, teams, users};

/// How exact a key's last use is.
const LAST_USE: Duration = Duration::from_mins(10);

/// A key that somebody shows and that is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The key's number.
    pub id: SshKeyId,
    /// What its owner calls it.
    pub title: String,
    /// Who is thereby named.
    pub owner: Owner,
    last_used_at: Option<Timestamp>,
}

/// To whom a key belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// To a person.
    User {
        /// Who.
        user: UserId,
        /// The only team that it acts in; all of his without.
        team: Option<TeamId>,
    },
    /// To a thing of another domain, which knows the key's number.
    Thing,
}

/// The key with this fingerprint (`SHA256:…`), if it is known and good, and
/// its owner is not blocked. That whoever shows it has its private half is
/// for the caller to check.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find(env: &Env, fingerprint: &str) -> Result<Option<Shown>> {
    let row = ssh_keys::Entity::find()
        .filter(ssh_keys::Column::Fingerprint.eq(fingerprint))
        .one(env.db.reader())
        .await?;
    good(env, row).await
}

/// A key that was shown a while ago, if it is still good; as [`find`].
///
/// # Errors
/// When the database cannot be reached.
pub async fn again(env: &Env, key: SshKeyId) -> Result<Option<Shown>> {
    good(env, ssh_keys::Entity::find_by_id(key).one(env.db.reader()).await?).await
}

async fn good(env: &Env, row: Option<ssh_keys::Model>) -> Result<Option<Shown>> {
    let Some(row) = row else { return Ok(None) };
    if row.expires_at.is_some_and(|end| env.clock.now() >= end) {
        return Ok(None);
    }
    let owner = match row.user_id {
        Some(user) => {
            if users::get(env.db.reader(), user).await?.status != UserStatus::Active {
                return Ok(None);
            }
            Owner::User { user, team: row.team_id }
        }
        None => Owner::Thing,
    };
    Ok(Some(Shown { id: row.id, title: row.title, owner, last_used_at: row.last_used_at }))
}

/// The person whom a key names, in the team named `team` if he is in it and
/// the key acts there, else in the first in which it does. Such an actor may
/// read and write depots and nothing else.
///
/// # Errors
/// `Unauthenticated` when he has been blocked or is in no such team any more.
pub async fn person(
    env: &Env,
    user: UserId,
    only: Option<TeamId>,
    team: Option<&str>,
) -> Result<UserActor> {
    let person = users::get(env.db.reader(), user).await.map_err(|error| match error {
        Error::NotFound { .. } => refused(),
        other => other,
    })?;
    if person.status != UserStatus::Active {
        return Err(refused());
    }
    let places = teams::of_user(env.db.reader(), user).await?;
    let mut places: Vec<_> =
        places.into_iter().filter(|(place, _)| only.is_none_or(|only| place.id == only)).collect();
    let named = places.iter().position(|(place, _)| team == Some(place.name.as_str()));
    if places.is_empty() {
        return Err(refused());
    }
    let (place, role) = places.swap_remove(named.unwrap_or(0));
    Ok(UserActor {
        id: user,
        name: person.name.as_str().into(),
        team: place.id,
        role,
        scopes: Scopes::NOTHING.with(Scope::ProjectDepot),
        via: Via::SshKey,
    })
}

/// Writes the use of a key down, if that was last done a while ago. Nothing
/// fails because that failed.
pub async fn used(env: &Env, shown: &Shown) {
    let now = env.clock.now();
    if shown.last_used_at.is_some_and(|last| now.since(last) < LAST_USE) {
        return;
    }
    let write = async {
        let tx = env.db.begin().await?;
        ssh_keys::Entity::update_many()
            .col_expr(ssh_keys::Column::LastUsedAt, Expr::value(now))
            .filter(ssh_keys::Column::Id.eq(shown.id))
            .exec(&*tx)
            .await?;
        if let Owner::User { user, .. } = shown.owner {
            let last = users::get(&*tx, user).await?.last_activity_at;
            users::touch(&tx, env, user, last).await?;
        }
        tx.commit().await
    };
    if let Err(error) = write.await {
        tracing::warn!(key = shown.id.0, ?error, "the use of an SSH key was not written down");
    }
}
