//! Depots: lists, making, importing, and reading what is in them.

mod blame;
mod blob;
mod branches;
mod bring;
mod commit;
mod commits;
mod create;
mod differences;
mod form;
mod frame;
mod last;
mod list;
mod overview;
mod raw;
mod readme;
mod settings;
mod tree;

use axum::{Router, routing::get};
use call::Env;

pub(super) use list::depot_row;

pub(super) fn routes() -> Router<Env> {
    Router::new()
        .route("/p/{project}/depots", get(list::show))
        .route("/p/{project}/depots/new", get(create::show).post(create::create))
        .route("/p/{project}/depots/import", get(bring::show).post(bring::start))
        .route("/p/{project}/d/{depot}", get(overview::show))
        .route("/p/{project}/d/{depot}/tree/{rev}", get(tree::root))
        .route("/p/{project}/d/{depot}/tree/{rev}/{*path}", get(tree::show))
        .route("/p/{project}/d/{depot}/blob/{rev}/{*path}", get(blob::show))
        .route("/p/{project}/d/{depot}/blame/{rev}/{*path}", get(blame::show))
        .route("/p/{project}/d/{depot}/raw/{rev}/{*path}", get(raw::show))
        .route("/p/{project}/d/{depot}/commits/{rev}", get(commits::show))
        .route("/p/{project}/d/{depot}/commit/{sha}", get(commit::show))
        .route("/p/{project}/d/{depot}/branches", get(branches::show))
        .merge(settings::routes())
}
