//! Every way in. What does not hold fails in the same words, whatever is
//! wrong with it: unknown, expired, revoked, blocked.

use std::net::IpAddr;

use base::{Actor, Error, Result, Scopes, TeamId, UserActor, Via};
use call::Env;

use crate::acting::refused;
use crate::secret::is_token_shaped;
use crate::sessions::{self, SignedIn};
use crate::{Secret, access_keys, passwords, teams, tokens};

/// By a bearer token of any kind.
///
/// # Errors
/// `Unauthenticated`.
pub async fn token(env: &Env, token: &str) -> Result<Actor> {
    tokens::find(env, token).await.map(Actor::User)
}

/// By a name (or mail address) and a password, in the user's first team.
///
/// # Errors
/// `Unauthenticated`, also for a password that must be changed first; `Limit`
/// while a wait is running after wrong ones.
pub async fn password(
    env: &Env,
    login: &str,
    password: &Secret,
    address: Option<IpAddr>,
) -> Result<Actor> {
    person(env, login, password, None, address).await.map(Actor::User)
}

/// As [`password`], in the team named `team`.
pub(crate) async fn person(
    env: &Env,
    login: &str,
    password: &Secret,
    team: Option<&str>,
    address: Option<IpAddr>,
) -> Result<UserActor> {
    let checked = passwords::check(env, login, password, address).await?;
    if checked.must_change {
        // Whoever reads this knew the password.
        return Err(Error::unauthenticated(
            "sign in with a browser and change your password first",
        ));
    }
    let places = teams::of_user(env.db.reader(), checked.user.id).await?;
    let place = places.into_iter().find(|(place, _)| team.is_none_or(|team| place.name == team));
    let (team, role) = place.ok_or_else(refused)?;
    Ok(UserActor {
        id: checked.user.id,
        name: checked.user.name.as_str().into(),
        team: team.id,
        role,
        scopes: Scopes::EVERYTHING,
        via: Via::Password,
    })
}

/// By a name and either a password or a token in its place, as HTTP Basic
/// brings them. Beside a token the name does not matter.
///
/// # Errors
/// As [`password`].
pub async fn name_and_secret(
    env: &Env,
    login: &str,
    secret: &Secret,
    address: Option<IpAddr>,
) -> Result<Actor> {
    // A program that shows an expired token again and again must not count as
    // guessing its owner's password.
    if is_token_shaped(secret.expose()) {
        token(env, secret.expose()).await
    } else {
        password(env, login, secret, address).await
    }
}

/// By a session's cookie.
///
/// # Errors
/// `Unauthenticated`.
pub async fn session(env: &Env, cookie: &Secret) -> Result<SignedIn> {
    sessions::find(env, cookie).await
}

/// By a ticket: a digest of the user, the time and one of his personal tokens.
/// `user` is his name or number, `timestamp` the seconds since 1970 as sent; it
/// may be ten minutes off.
///
/// # Errors
/// `Unauthenticated`.
pub async fn signed_ticket(env: &Env, user: &str, timestamp: &str, ticket: &str) -> Result<Actor> {
    tokens::signed_ticket(env, user, timestamp, ticket).await.map(Actor::User)
}

/// By a request that was signed with an access key's secret. `verify` is given
/// the secret and has to compare signatures in constant time
/// ([`Secret::matches`]); how old a signature may be is its affair too.
///
/// # Errors
/// `Unauthenticated`.
pub async fn access_key(
    env: &Env,
    access_key: &str,
    verify: impl FnOnce(&Secret) -> bool,
) -> Result<Actor> {
    access_keys::signed(env, access_key, verify).await.map(Actor::User)
}

/// The same user in another of his teams, for addresses that name one. What
/// was handed to a program acts in its own team only.
///
/// # Errors
/// `NotFound` for other teams.
pub async fn in_team(env: &Env, user: &UserActor, team: TeamId) -> Result<UserActor> {
    if user.team == team {
        return Ok(user.clone());
    }
    match user.via {
        Via::Session | Via::Password | Via::SshKey => {
            let role = teams::role_of(env.db.reader(), team, user.id).await?;
            let role = role.ok_or_else(|| Error::not_found("team"))?;
            Ok(UserActor { team, role, ..user.clone() })
        }
        Via::Token | Via::AccessKey | Via::OAuth => Err(Error::not_found("team")),
    }
}
