//! A project: making it, its overview, its people, its settings.

mod create;
mod members;
mod overview;
mod settings;

use axum::{
    Router,
    routing::{get, post},
};
use call::Env;

pub(super) use members::role_name;

pub(super) fn routes() -> Router<Env> {
    Router::new()
        .route("/projects/new", get(create::show).post(create::create))
        .route("/p/{project}", get(overview::show))
        .route("/p/{project}/members", get(members::show).post(members::add))
        .route("/p/{project}/members/{user}/role", post(members::change_role))
        .route("/p/{project}/members/{user}/remove", post(members::remove))
        .route("/p/{project}/settings", get(settings::show).post(settings::save))
        .route("/p/{project}/settings/delete", post(settings::delete))
}
