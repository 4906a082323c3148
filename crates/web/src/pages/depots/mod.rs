//! Depots: lists, making, importing, and reading what is in them.

mod archive;
mod blame;
mod blob;
mod branches;
mod bring;
mod changes;
mod comments;
mod commit;
mod commits;
mod compare;
mod contributors;
mod create;
mod edit;
mod find;
mod form;
mod frame;
mod graph;
mod kept;
mod last;
mod list;
mod marks;
mod missing;
mod overview;
mod raw;
mod readme;
mod refs;
mod releases;
mod said;
mod seek;
mod settings;
mod submodules;
mod tags;
mod tree;

use axum::{Router, routing::get};
use call::Env;

pub(super) use changes::of_text as text_difference;
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
        .route("/p/{project}/d/{depot}/archive/{rev}/{file}", get(archive::show))
        .route("/p/{project}/d/{depot}/commits/{rev}", get(commits::show))
        .route("/p/{project}/d/{depot}/commit/{sha}", get(commit::show))
        .route("/p/{project}/d/{depot}/search", get(seek::show))
        .route("/p/{project}/d/{depot}/branches", get(branches::show))
        .route("/p/{project}/d/{depot}/tags", get(tags::show))
        .route("/p/{project}/d/{depot}/compare", get(compare::show))
        .route("/p/{project}/d/{depot}/graph/{rev}", get(graph::show))
        .route("/p/{project}/d/{depot}/find/{rev}", get(find::show))
        .route("/p/{project}/d/{depot}/contributors", get(contributors::show))
        .route("/p/{project}/d/{depot}/contributors/{rev}", get(contributors::at_revision))
        .merge(comments::routes())
        .merge(edit::routes())
        .merge(refs::routes())
        .merge(releases::routes())
        .merge(settings::routes())
}
