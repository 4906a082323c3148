//! What belongs to the visitor himself.

mod applications;
mod keys;
mod password;
mod profile;
mod sessions;
mod ssh;
mod tokens;

use axum::{
    Router,
    routing::{get, post},
};
use call::Env;
use maud::Markup;

use super::tabbed::Tabbed;
use crate::request::{Answer, Visit};

pub(super) use tokens::scope_about;

pub(super) fn routes() -> Router<Env> {
    Router::new()
        .route("/settings", get(profile::show).post(profile::save))
        .route("/settings/password", get(password::show).post(password::save))
        .route("/settings/tokens", get(tokens::show).post(tokens::create))
        .route("/settings/tokens/{id}/revoke", post(tokens::revoke))
        .route("/settings/keys", get(keys::show).post(keys::create))
        .route("/settings/keys/{id}/delete", post(keys::delete))
        .route("/settings/ssh-keys", get(ssh::show).post(ssh::create))
        .route("/settings/ssh-keys/{id}/delete", post(ssh::delete))
        .route("/settings/applications", get(applications::show).post(applications::create))
        .route("/settings/applications/{id}/delete", post(applications::delete))
        .route("/settings/applications/grants/{id}/revoke", post(applications::revoke))
        .route("/settings/sessions", get(sessions::show))
        .route("/settings/sessions/end-others", post(sessions::end_others))
        .route("/settings/sessions/{id}/end", post(sessions::end))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Here {
    Profile,
    Password,
    Tokens,
    Ssh,
    Keys,
    Applications,
    Sessions,
}

/// A page of the visitor's settings.
async fn page(visit: &Visit, here: Here, status: http::StatusCode, body: &Markup) -> Answer {
    let t = visit.ui.t;
    let all = [
        (Here::Profile, t.own_profile(), "/settings"),
        (Here::Password, t.own_password(), "/settings/password"),
        (Here::Tokens, t.own_tokens(), "/settings/tokens"),
        (Here::Ssh, t.own_ssh(), "/settings/ssh-keys"),
        (Here::Keys, t.own_keys(), "/settings/keys"),
        (Here::Applications, t.own_applications(), "/settings/applications"),
        (Here::Sessions, t.own_sessions(), "/settings/sessions"),
    ];
    let (meta, acts) = (Markup::default(), Markup::default());
    Tabbed { title: t.own_title(), meta, acts, all: &all, here, status }.show(visit, body).await
}
