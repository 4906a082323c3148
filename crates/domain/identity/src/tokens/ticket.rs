//! Requests signed with a personal token instead of showing it.
//!
//! The ticket is the upper-case hexadecimal SHA-256 of
//! `{timestamp}{user}#{token}#{user}{timestamp}`, with the timestamp in
//! seconds and both as they were sent. It says nothing about the request, so
//! whoever reads it can use it until its time is over.

use std::time::Duration;

use base::{Result, Scopes, Timestamp, UserActor, Via};
use call::Env;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use sea_orm::{ConnectionTrait as _, FromQueryResult};
use sha2::{Digest as _, Sha256};

use super::{TokenKind, find};
use crate::acting::{Acting, refused};
use crate::secret::{self, Purpose, Secret, same};
use crate::tables::{tokens, users};

/// How far the sender's clock may be off, either way.
const WINDOW: Duration = Duration::from_mins(10);
/// How exact a token's last use is.
const LAST_USE: Duration = Duration::from_mins(10);

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    hash: Vec<u8>,
    scopes: String,
    sealed: Vec<u8>,
    last_used_at: Option<Timestamp>,
}

/// The user who made `ticket` at `timestamp` (seconds, as sent). `user` is his
/// name or his number.
///
/// # Errors
/// `Unauthenticated`, in the same words for whatever is wrong.
pub(crate) async fn signed_ticket(
    env: &Env,
    user: &str,
    timestamp: &str,
    ticket: &str,
) -> Result<UserActor> {
    let now = env.clock.now();
    let seconds: i64 = timestamp.parse().map_err(|_| refused())?;
    let at = Timestamp::from_seconds(seconds);
    if at > now.after(WINDOW) || at < now.before(WINDOW) {
        return Err(refused());
    }
    let ticket = ticket.to_ascii_uppercase();

    let mut right = None;
    for found in env.db.reader().query_all(&candidates(user, now)).await? {
        let row = Row::from_query_result(&found, "")?;
        let token = secret::open(env, &row.sealed, Purpose::Token(&row.hash))?;
        // Every token is tried, whether or not one before it was right.
        if same(expected(user, timestamp, &token).as_bytes(), ticket.as_bytes()) {
            right = Some((row, Acting::of(&found)?));
        }
    }
    let (row, acting) = right.ok_or_else(refused)?;
    let actor = acting.actor(Scopes::parse(&row.scopes)?, Via::Token)?;
    if row.last_used_at.is_none_or(|last| now.since(last) >= LAST_USE) {
        find::used(env, row.id, actor.id, acting.acting_last_activity).await;
    }
    Ok(actor)
}

fn expected(user: &str, timestamp: &str, token: &Secret) -> String {
    let mut hash = Sha256::new();
    for part in [timestamp, user, "#", token.expose(), "#", user, timestamp] {
        hash.update(part.as_bytes());
    }
    hex::encode_upper(hash.finalize())
}

fn candidates(user: &str, now: Timestamp) -> sea_orm::sea_query::SelectStatement {
    use tokens::Column;
    let of = |column| (tokens::Entity, column);
    let whose = |column| Expr::col((users::Entity, column));
    let mut by = Condition::any().add(whose(users::Column::NameKey).eq(user.to_lowercase()));
    if let Ok(id) = user.parse::<i64>() {
        by = by.add(whose(users::Column::Id).eq(id));
    }
    let mut select = Query::select()
        .columns([
            of(Column::Id),
            of(Column::Hash),
            of(Column::Scopes),
            of(Column::Sealed),
            of(Column::LastUsedAt),
        ])
        .from(tokens::Entity)
        .and_where(Expr::col(of(Column::Kind)).eq(TokenKind::Personal))
        .and_where(Expr::col(of(Column::Sealed)).is_not_null())
        .and_where(
            Expr::col(of(Column::ExpiresAt)).is_null().or(Expr::col(of(Column::ExpiresAt)).gt(now)),
        )
        .cond_where(by)
        .to_owned();
    Acting::join(&mut select, of(Column::UserId), of(Column::TeamId));
    select
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ticket_is_that_of_the_published_example() {
        // Computed with the Python of the published description.
        let ticket = expected("xiaoming", "1614565593", &Secret::from("0123456789abcdef"));
        assert_eq!(ticket, "4747603ADC61B1ABD8D22DC6B62EF18A3093D083633A1F48DD8E6F25B2CC2AD9");
    }
}
