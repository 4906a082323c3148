//! Users and their ways in, made by whoever may read the data directory.

use std::time::Duration;

use anyhow::{Context as _, Result};
use base::{Scopes, UserId};
use call::{Call, Env};
use identity::Secret;
use identity::tokens::NewToken;
use identity::users::NewUser;

use crate::config::Config;
use crate::{installation, output};

/// Prints the token alone.
///
/// # Errors
/// When there is no such user, or the label or a scope does not fit.
pub(crate) async fn create_token(
    config: &Config,
    user: &str,
    label: String,
    scopes: &str,
    days: Option<u64>,
) -> Result<()> {
    let env = installation::open_existing(config).await?;
    let user = find(&env, user).await?;
    let now = env.clock.now();
    let expires_at = days.map(|days| now.after(Duration::from_secs(days.saturating_mul(86_400))));
    let scopes = Scopes::parse(scopes)?;
    let new = NewToken { user, team: None, label, scopes, expires_at };
    let created = identity::tokens::create(&Call::system(env), new).await?;
    output::say(created.secret.expose());
    Ok(())
}

/// Prints the key and the secret, separated by a blank.
///
/// # Errors
/// When there is no such user, or he has two pairs.
pub(crate) async fn create_access_key(config: &Config, user: &str) -> Result<()> {
    let env = installation::open_existing(config).await?;
    let user = find(&env, user).await?;
    let (pair, secret) = identity::access_keys::create(&Call::system(env), user, None).await?;
    output::say(&format!("{} {}", pair.access_key, secret.expose()));
    Ok(())
}

/// Prints the new user's id alone. He joins the configured team, or the first
/// one where that name has changed.
///
/// # Errors
/// When a value does not fit or is taken.
pub(crate) async fn create_user(
    config: &Config,
    name: String,
    email: String,
    password: &str,
) -> Result<()> {
    let env = installation::open_existing(config).await?;
    let team = match identity::teams::by_name(env.db.reader(), &config.team).await? {
        Some(team) => team,
        None => {
            let all = identity::teams::all(env.db.reader()).await?;
            all.into_iter().next().context("there is no team yet")?
        }
    };
    let new = NewUser {
        email,
        password: Some(Secret::new(password)),
        team: Some(team.id),
        ..NewUser::named(name)
    };
    let created = identity::users::create_user(&Call::system(env), new).await?;
    output::say(&created.user.id.to_string());
    Ok(())
}

async fn find(env: &Env, name: &str) -> Result<UserId> {
    let user = identity::users::by_name(env.db.reader(), name).await?;
    Ok(user.with_context(|| format!("there is no user {name}"))?.id)
}
