//! Rules: the reference of all that there are, those that a team writes and
//! tries, imports, and what the analyser is.

mod about;
mod changes;
mod import;
mod list;
mod one;
mod trial;
mod write;

use axum::{Router, routing::get, routing::post};
use call::Env;

pub(super) use changes::since;
pub(super) use list::{offered, rule_rows};

pub(super) fn routes() -> Router<Env> {
    Router::new()
        .route("/p/{project}/analysis/about", get(about::show))
        .route("/p/{project}/analysis/rules", get(list::show))
        .route("/p/{project}/analysis/rules/new", get(write::new).post(write::create))
        .route("/p/{project}/analysis/rules/import", get(import::show).post(import::send))
        .route("/p/{project}/analysis/rules/{group}/{name}", get(one::show))
        .route("/p/{project}/analysis/rules/own/{name}/changes", get(changes::show))
        .route("/p/{project}/analysis/rules/own/{name}/edit", get(write::edit).post(write::save))
        .route("/p/{project}/analysis/rules/own/{name}/delete", post(write::remove))
}
