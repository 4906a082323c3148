//! Tokens that are given for a password and hold for a day.

use std::net::IpAddr;
use std::time::Duration;

use base::{Result, Scopes, Timestamp, UserActor, Via};
use call::Env;
use sea_orm::{ActiveModelTrait as _, ActiveValue::NotSet, ActiveValue::Set};
use serde_json::json;

use super::TokenKind;
use crate::secret::digest;
use crate::tables::tokens;
use crate::{Secret, audit, authenticate, users};

const LIFE: Duration = Duration::from_hours(24);

/// A short-lived token.
#[derive(Debug, Clone)]
pub struct Temporary {
    /// The token: 64 lower-case hexadecimal characters.
    pub token: Secret,
    /// When it was given.
    pub issued_at: Timestamp,
    /// When it ends: 24 hours later.
    pub expires_at: Timestamp,
    /// For whom.
    pub user: UserActor,
}

/// Gives a token for a name (or mail address) and a password. It acts in the
/// team named `team`, or in the user's first.
///
/// # Errors
/// As [`authenticate::password`]; a team that he is not in is refused in the
/// same words as a wrong password.
pub async fn issue_temporary(
    env: &Env,
    login: &str,
    password: &Secret,
    team: Option<&str>,
    address: Option<IpAddr>,
) -> Result<Temporary> {
    let user = authenticate::person(env, login, password, team, address).await?;
    let token = Secret::from(env.random.hex(32));
    let now = env.clock.now();
    let expires_at = now.after(LIFE);
    let tx = env.db.begin().await?;
    tokens::ActiveModel {
        id: NotSet,
        kind: Set(TokenKind::Temporary),
        hash: Set(digest(token.expose())),
        user_id: Set(user.id),
        team_id: Set(user.team),
        label: Set(String::new()),
        scopes: Set(Scopes::EVERYTHING.to_string()),
        sealed: Set(None),
        grant_id: Set(None),
        created_at: Set(now),
        expires_at: Set(Some(expires_at)),
        last_used_at: Set(Some(now)),
    }
    .insert(&*tx)
    .await?;
    let entry = audit::Entry {
        team: Some(user.team),
        actor: Some(user.id),
        actor_name: &user.name,
        act: "token.issue",
        subject: &users::subject(user.id),
        details: json!({ "expires_at": expires_at }),
        address,
        request_id: "",
    };
    audit::write(&tx, env, entry).await?;
    tx.commit().await?;
    let user = UserActor { via: Via::Token, ..user };
    Ok(Temporary { token, issued_at: now, expires_at, user })
}
