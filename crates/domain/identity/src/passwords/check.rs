//! One attempt to come in with a password.

use std::net::IpAddr;

use base::{Error, Result, UserId};
use call::Env;
use serde_json::json;

use super::attempts::{self, Subjects};
use super::{stored, turn, verify};
use crate::acting::refused;
use crate::users::{self, User};
use crate::{Secret, audit, teams};

/// A user whose password was right.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) user: User,
    /// The password is good for changing it and for nothing else.
    pub(crate) must_change: bool,
}

/// Checks the password of whoever signs in as `login`, a name or a mail
/// address. Every failure takes as long, says the same and is counted.
///
/// # Errors
/// `Unauthenticated`; `Limit` while a wait is running, whatever the password;
/// `Unavailable` when too many are waiting.
pub(crate) async fn check(
    env: &Env,
    login: &str,
    password: &Secret,
    address: Option<IpAddr>,
) -> Result<Checked> {
    let login = login.trim();
    let subjects = Subjects::new(login, address);
    attempts::allow(env, &subjects).await?;
    let user = users::by_login(env.db.reader(), login).await?;
    let row = stored(env.db.reader(), id_of(user.as_ref())).await?;
    let must_change = row.as_ref().is_some_and(|row| row.must_change);
    // The turn is held until the outcome is counted, and the wait is looked at
    // again within it: attempts sent all at once cannot outrun the count by
    // more than there are turns.
    let turn = turn().await?;
    attempts::allow(env, &subjects).await?;
    let right = verify(env, row.map(|row| row.hash), password, &turn).await?;
    match user {
        Some(user) if right && user.is_active() => {
            attempts::succeeded(env, &subjects).await?;
            Ok(Checked { user, must_change })
        }
        user => {
            failed(env, &subjects, user.as_ref(), address).await?;
            Err(refused())
        }
    }
}

/// The number to ask the database about; nobody has 0, and asking takes as long.
fn id_of(user: Option<&User>) -> UserId {
    user.map_or(UserId(0), |user| user.id)
}

async fn failed(
    env: &Env,
    subjects: &Subjects,
    user: Option<&User>,
    address: Option<IpAddr>,
) -> Result<()> {
    let teams = teams::of_user(env.db.reader(), id_of(user)).await?;
    let tx = env.db.begin().await?;
    attempts::failed(&tx, env, subjects).await?;
    // A name that nobody has may be a password typed into the wrong field.
    let (name, subject) = match user {
        Some(user) => (user.name.as_str(), users::subject(user.id)),
        None => ("nobody", String::from("user:unknown")),
    };
    let entry = audit::Entry {
        team: teams.first().map(|(team, _)| team.id),
        actor: None,
        actor_name: name,
        act: "sign_in.failed",
        subject: &subject,
        details: json!({}),
        address,
        request_id: "",
    };
    audit::write(&tx, env, entry).await?;
    tx.commit().await
}

/// Checks the old password of somebody who is signed in already.
pub(super) async fn again(
    env: &Env,
    user: &User,
    password: &Secret,
    address: Option<IpAddr>,
) -> Result<()> {
    match check(env, &user.name, password, address).await {
        Ok(_) => Ok(()),
        Err(Error::Unauthenticated { .. }) => {
            Err(Error::invalid("old_password", "is not your password"))
        }
        Err(other) => Err(other),
    }
}
