//! Changing a password.

use base::{Actor, Error, Result, UserId};
use call::Call;
use serde_json::json;

use super::{check, hash, store};
use crate::sessions::SessionId;
use crate::{Secret, audit, local, prune, rights, rules, users};

/// Changes the caller's own password. Every other session of his ends, and so
/// does whatever was handed out for the old password; `keep` is the session
/// that he is changing it in. Personal access tokens stay.
///
/// # Errors
/// `Invalid` on `old_password` or `new_password`; `Limit` after too many wrong
/// old passwords; `Denied` when he came in with a token.
pub async fn change(
    call: &Call,
    old: &Secret,
    new: &Secret,
    keep: Option<SessionId>,
) -> Result<()> {
    let id = call.actor.user()?.id;
    rights::in_person(call, id)?;
    let user = users::get(call.db.reader(), id).await?;
    rules::password("new_password", new, &user.name, &user.email)?;
    if new.matches(old.expose()) {
        return Err(Error::invalid("new_password", "must differ from the old one"));
    }
    check::again(call, &user, old, call.address).await?;
    let hashed = hash(call, new).await?;
    write(call, id, &hashed, keep).await
}

/// Sets a user's password; for the installation only, that is for its command
/// line.
///
/// # Errors
/// `Denied` for users, `NotFound`, `Invalid` on `password`.
pub async fn set(call: &Call, user: UserId, password: &Secret) -> Result<()> {
    if !matches!(call.actor, Actor::System) {
        return Err(Error::denied("to be the installation"));
    }
    let found = users::get(call.db.reader(), user).await?;
    rules::password("password", password, &found.name, &found.email)?;
    let hashed = hash(call, password).await?;
    write(call, user, &hashed, None).await
}

async fn write(call: &Call, user: UserId, hashed: &str, keep: Option<SessionId>) -> Result<()> {
    let tx = call.db.begin().await?;
    store(&tx, call, user, hashed, false).await?;
    prune::after_password_change(&tx, user, keep).await?;
    audit::record(&tx, call, "password.change", &users::subject(user), json!({})).await?;
    local::forget_tokens(&tx, call);
    tx.commit().await
}
