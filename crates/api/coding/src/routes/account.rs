//! `GET /api/me` and `GET /api/current_user`: who the caller is.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use base::{Error, Result, Scope};
use serde::Serialize;
use serde_json::json;

use super::{Shared, caller};
use crate::shapes::pinyin;

/// The caller as these addresses show him.
#[derive(Debug, Serialize)]
struct Me {
    avatar: String,
    created_at: i64,
    global_key: String,
    name: String,
    name_pinyin: String,
    updated_at: i64,
    path: String,
    id: i64,
    team: String,
    email_validation: i64,
}

/// The caller, plain.
pub(super) async fn me(State(shared): State<Shared>, request: Request) -> Response {
    match read(&shared, request).await {
        Ok(me) => Json(me).into_response(),
        Err(error) => refused(&error),
    }
}

/// The caller in the older envelope: `{"code": 0, "data": {…}}`.
pub(super) async fn current_user(State(shared): State<Shared>, request: Request) -> Response {
    match read(&shared, request).await {
        Ok(me) => Json(json!({ "code": 0, "data": me })).into_response(),
        Err(error) => refused(&error),
    }
}

async fn read(shared: &Shared, request: Request) -> Result<Me> {
    let (parts, _) = request.into_parts();
    let call = caller(&shared.env, &parts).await?;
    call.actor.needs_scope_to_read(Scope::User)?;
    let actor = call.actor.user()?;
    let user = identity::users::get(call.db.reader(), actor.id).await?;
    let team = identity::teams::get(call.db.reader(), actor.team).await?;
    Ok(Me {
        path: format!("/u/{}", user.name),
        name_pinyin: pinyin(&user.display_name),
        created_at: user.created_at.millis(),
        updated_at: user.updated_at.millis(),
        id: user.id.0,
        email_validation: user.email_validated.into(),
        avatar: user.avatar,
        global_key: user.name,
        name: user.display_name,
        team: team.name,
    })
}

/// Failures have a code that is not 0 and a message.
pub(super) fn refused(error: &Error) -> Response {
    door::log_internal(error);
    let status = door::status(error);
    let body = json!({ "code": status.as_u16(), "msg": error.to_string() });
    (status, Json(body)).into_response()
}
