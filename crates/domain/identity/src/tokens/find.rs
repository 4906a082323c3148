//! Who shows a token: the path of nearly every request.

use std::time::Duration;

use base::{Result, Scopes, Timestamp, UserActor, UserId, Via};
use call::Env;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _,
};

use super::TokenKind;
use crate::acting::{Acting, refused};
use crate::local::{self, Known};
use crate::secret::{digest, is_token_shaped};
use crate::tables::tokens;
use crate::users;

/// How exact a token's last use is.
const LAST_USE: Duration = Duration::from_mins(10);

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    kind: TokenKind,
    scopes: String,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
}

/// The user whose token this is, acting in the token's team.
///
/// # Errors
/// `Unauthenticated`, in the same words for whatever is wrong.
pub(crate) async fn find(env: &Env, token: &str) -> Result<UserActor> {
    // Asking the database for anything else would be in vain.
    if !is_token_shaped(token) {
        return Err(refused());
    }
    let hash = digest(token);
    let now = env.clock.now();
    let local = local::of(env);
    if let Some(known) = local.token(&hash, now) {
        holds(known.expires_at, now)?;
        if is_due(known.last_used_at, now) {
            return look_up(env, &local, hash).await;
        }
        return Ok(known.actor);
    }
    look_up(env, &local, hash).await
}

async fn look_up(env: &Env, local: &local::Local, hash: Vec<u8>) -> Result<UserActor> {
    use tokens::Column;
    let now = env.clock.now();
    let generation = local.generation();
    let of = |column| (tokens::Entity, column);
    let mut select = Query::select()
        .columns([
            of(Column::Id),
            of(Column::Kind),
            of(Column::Scopes),
            of(Column::ExpiresAt),
            of(Column::LastUsedAt),
        ])
        .from(tokens::Entity)
        .and_where(Expr::col(of(Column::Hash)).eq(hash.clone()))
        .to_owned();
    Acting::join(&mut select, of(Column::UserId), of(Column::TeamId));
    let found = env.db.reader().query_one(&select).await?.ok_or_else(refused)?;
    let row = Row::from_query_result(&found, "")?;
    let acting = Acting::of(&found)?;
    holds(row.expires_at, now)?;
    let via = match row.kind {
        TokenKind::Personal | TokenKind::Temporary => Via::Token,
        TokenKind::OAuth => Via::OAuth,
    };
    let actor = acting.actor(Scopes::parse(&row.scopes)?, via)?;
    let mut last_used_at = row.last_used_at;
    if is_due(last_used_at, now) {
        used(env, row.id, actor.id, acting.acting_last_activity).await;
        last_used_at = Some(now);
    }
    let known =
        Known { actor: actor.clone(), expires_at: row.expires_at, last_used_at, read_at: now };
    local.remember(hash, known, generation);
    Ok(actor)
}

fn holds(expires_at: Option<Timestamp>, now: Timestamp) -> Result<()> {
    match expires_at {
        Some(end) if now >= end => Err(refused()),
        _ => Ok(()),
    }
}

fn is_due(last: Option<Timestamp>, now: Timestamp) -> bool {
    last.is_none_or(|last| now.since(last) >= LAST_USE)
}

/// Writes the use down. A request does not fail because that failed.
pub(super) async fn used(env: &Env, token: i64, user: UserId, last_activity: Option<Timestamp>) {
    let write = async {
        let tx = env.db.begin().await?;
        tokens::Entity::update_many()
            .col_expr(tokens::Column::LastUsedAt, Expr::value(env.clock.now()))
            .filter(tokens::Column::Id.eq(token))
            .exec(&*tx)
            .await?;
        users::touch(&tx, env, user, last_activity).await?;
        tx.commit().await
    };
    if let Err(error) = write.await {
        tracing::warn!(token, ?error, "the use of a token could not be written down");
    }
}
