//! Whose session a cookie is.

use std::time::Duration;

use base::{Result, Scopes, Timestamp, Via};
use call::Env;
use sea_orm::sea_query::{Expr, ExprTrait as _, JoinType, Query};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _,
};

use super::{SessionId, SignedIn};
use crate::acting::{Acting, refused};
use crate::secret::{Secret, digest};
use crate::tables::{passwords, sessions};
use crate::users;

/// An unused session ends after this.
pub(super) const IDLE: Duration = Duration::from_hours(14 * 24);
/// Every session ends after this, however much it is used.
pub(super) const LONGEST: Duration = Duration::from_hours(90 * 24);
/// How exact a session's last use is.
const LAST_SEEN: Duration = Duration::from_mins(10);

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    created_at: Timestamp,
    expires_at: Timestamp,
    last_seen_at: Timestamp,
    must_change: Option<bool>,
}

/// The user whose session's cookie this is.
///
/// # Errors
/// `Unauthenticated`, in the same words for whatever is wrong.
pub(crate) async fn find(env: &Env, cookie: &Secret) -> Result<SignedIn> {
    use sessions::Column;
    if cookie.expose().len() != 64 {
        return Err(refused());
    }
    let now = env.clock.now();
    let of = |column| (sessions::Entity, column);
    let mut select = Query::select()
        .columns([
            of(Column::Id),
            of(Column::CreatedAt),
            of(Column::ExpiresAt),
            of(Column::LastSeenAt),
        ])
        .column((passwords::Entity, passwords::Column::MustChange))
        .from(sessions::Entity)
        .join(
            JoinType::LeftJoin,
            passwords::Entity,
            Expr::col((passwords::Entity, passwords::Column::UserId)).equals(of(Column::UserId)),
        )
        .and_where(Expr::col(of(Column::Hash)).eq(digest(cookie.expose())))
        .to_owned();
    Acting::join(&mut select, of(Column::UserId), of(Column::TeamId));
    let found = env.db.reader().query_one(&select).await?.ok_or_else(refused)?;
    let row = Row::from_query_result(&found, "")?;
    let acting = Acting::of(&found)?;
    if now >= row.expires_at {
        return Err(refused());
    }
    let user = acting.actor(Scopes::EVERYTHING, Via::Session)?;
    let mut expires_at = row.expires_at;
    if now.since(row.last_seen_at) >= LAST_SEEN {
        expires_at = Ord::min(now.after(IDLE), row.created_at.after(LONGEST));
        seen(env, &row, &acting, expires_at).await;
    }
    Ok(SignedIn {
        user,
        session: SessionId(row.id),
        must_change_password: row.must_change == Some(true),
        expires_at,
    })
}

/// Writes the use down. A page does not fail because that failed.
async fn seen(env: &Env, row: &Row, acting: &Acting, expires_at: Timestamp) {
    let write = async {
        let tx = env.db.begin().await?;
        sessions::Entity::update_many()
            .col_expr(sessions::Column::LastSeenAt, Expr::value(env.clock.now()))
            .col_expr(sessions::Column::ExpiresAt, Expr::value(expires_at))
            .filter(sessions::Column::Id.eq(row.id))
            .exec(&*tx)
            .await?;
        users::touch(&tx, env, acting.acting_user, acting.acting_last_activity).await?;
        tx.commit().await
    };
    if let Err(error) = write.await {
        tracing::warn!(session = row.id, ?error, "the use of a session was not written down");
    }
}
