//! Opening and ending sessions.

use base::{Error, Result, Scopes, TeamId, UserActor, UserId, Via};
use call::{Call, Env};
use db::Tx;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait as _,
    EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
};
use serde_json::json;

use super::find::{IDLE, LONGEST};
use super::{Browser, NewSession, Session, SessionId, SignedIn};
use crate::acting::refused;
use crate::secret::{Secret, digest};
use crate::tables::sessions;
use crate::{audit, passwords, prune, rights, teams, users};

/// Opens a session for a name (or mail address) and a password, in the user's
/// first team. A password that must be changed opens one that is good for
/// changing it.
///
/// # Errors
/// `Unauthenticated`, in the same words for whatever is wrong; `Limit` while a
/// wait is running.
pub async fn sign_in(
    env: &Env,
    login: &str,
    password: &Secret,
    browser: Browser,
) -> Result<NewSession> {
    let checked = passwords::check(env, login, password, browser.address).await?;
    let places = teams::of_user(env.db.reader(), checked.user.id).await?;
    let (team, role) = places.first().ok_or_else(refused)?;
    let user = UserActor {
        id: checked.user.id,
        name: checked.user.name.as_str().into(),
        team: team.id,
        role: *role,
        scopes: Scopes::EVERYTHING,
        via: Via::Session,
    };
    let cookie = Secret::from(env.random.hex(32));
    let now = env.clock.now();
    let expires_at = now.after(IDLE.min(LONGEST));
    let tx = env.db.begin().await?;
    let row = sessions::ActiveModel {
        id: NotSet,
        hash: Set(digest(cookie.expose())),
        user_id: Set(user.id),
        team_id: Set(user.team),
        created_at: Set(now),
        expires_at: Set(expires_at),
        last_seen_at: Set(now),
        address: Set(browser.address.map(|address| address.to_string()).unwrap_or_default()),
        agent: Set(browser.agent.chars().filter(|c| !c.is_control()).take(200).collect()),
    }
    .insert(&*tx)
    .await?;
    users::touch(&tx, env, user.id, checked.user.last_activity_at).await?;
    let entry = audit::Entry {
        team: Some(user.team),
        actor: Some(user.id),
        actor_name: &user.name,
        act: "sign_in",
        subject: &users::subject(user.id),
        details: json!({ "session": row.id, "agent": row.agent }),
        address: browser.address,
        request_id: "",
    };
    audit::write(&tx, env, entry).await?;
    tx.commit().await?;
    let signed_in = SignedIn {
        user,
        session: SessionId(row.id),
        must_change_password: checked.must_change,
        expires_at,
    };
    Ok(NewSession { cookie, signed_in })
}

/// Ends the session of this cookie; one that is over already is no error.
///
/// # Errors
/// When the database cannot be reached.
pub async fn sign_out(call: &Call, cookie: &Secret) -> Result<()> {
    let tx = call.db.begin().await?;
    let row = sessions::Entity::find()
        .filter(sessions::Column::Hash.eq(digest(cookie.expose())))
        .one(&*tx)
        .await?;
    if let Some(row) = row {
        sessions::Entity::delete_by_id(row.id).exec(&*tx).await?;
        let details = json!({ "session": row.id });
        audit::record(&tx, call, "sign_out", &users::subject(row.user_id), details).await?;
    }
    tx.commit().await
}

/// The caller's open sessions, the last used first.
///
/// # Errors
/// `Unauthenticated`.
pub async fn list(call: &Call) -> Result<Vec<Session>> {
    let user = call.actor.user()?.id;
    let rows = sessions::Entity::find()
        .filter(sessions::Column::UserId.eq(user))
        .filter(sessions::Column::ExpiresAt.gt(call.clock.now()))
        .order_by_desc(sessions::Column::LastSeenAt)
        .order_by_desc(sessions::Column::Id)
        .all(call.db.reader())
        .await?;
    Ok(rows.into_iter().map(Session::from).collect())
}

impl From<sessions::Model> for Session {
    fn from(row: sessions::Model) -> Self {
        Self {
            id: SessionId(row.id),
            user: row.user_id,
            team: row.team_id,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
            address: row.address,
            agent: row.agent,
        }
    }
}

/// Ends one of the caller's sessions.
///
/// # Errors
/// `NotFound` for sessions of others.
pub async fn end(call: &Call, session: SessionId) -> Result<()> {
    let tx = call.db.begin().await?;
    let row = own(&tx, call, session).await?;
    sessions::Entity::delete_by_id(row.id).exec(&*tx).await?;
    let details = json!({ "session": row.id });
    audit::record(&tx, call, "session.end", &users::subject(row.user_id), details).await?;
    tx.commit().await
}

/// Ends all of a user's sessions but `keep`: one's own, or as the installation
/// anybody's. Returns how many.
///
/// # Errors
/// `NotFound` for other users, `Denied` for whoever came in with a token.
pub async fn end_all(call: &Call, user: UserId, keep: Option<SessionId>) -> Result<u64> {
    rights::in_person(call, user)?;
    let tx = call.db.begin().await?;
    let ended = prune::sessions_of(&tx, user, keep).await?;
    let details = json!({ "ended": ended });
    audit::record(&tx, call, "session.end_all", &users::subject(user), details).await?;
    tx.commit().await?;
    Ok(ended)
}

/// Has one of the caller's sessions act in another of his teams.
///
/// # Errors
/// `NotFound` for sessions of others and for teams that he is not in.
pub async fn switch_team(call: &Call, session: SessionId, team: TeamId) -> Result<()> {
    let tx = call.db.begin().await?;
    let row = own(&tx, call, session).await?;
    if !teams::is_member(&*tx, team, row.user_id).await? {
        return Err(Error::not_found("team"));
    }
    let mut row = row.into_active_model();
    row.team_id = Set(team);
    row.update(&*tx).await?;
    tx.commit().await
}

async fn own(tx: &Tx, call: &Call, session: SessionId) -> Result<sessions::Model> {
    let user = call.actor.user()?.id;
    rights::in_person(call, user)?;
    sessions::Entity::find_by_id(session.0)
        .filter(sessions::Column::UserId.eq(user))
        .one(&**tx)
        .await?
        .ok_or_else(|| Error::not_found("session"))
}
