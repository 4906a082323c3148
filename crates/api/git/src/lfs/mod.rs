//! Git LFS: the batch interface, the basic transfer, and locks, below
//! `/{team}/{project}/{depot}.git/info/lfs`.
//!
//! Whoever comes by SSH asks `git-lfs-authenticate` for a token first; it is
//! good for nothing but this, on one depot, for half an hour.

mod answer;
mod authorise;
mod batch;
mod locks;
mod request;
mod transfer;

use axum::Router;
use axum::routing::{get, post, put};
use call::Env;
use depots::Depot;
use depots::lfs::Pass;

pub use request::Request as BatchRequest;

/// The routes of LFS.
pub(crate) fn routes() -> Router<Env> {
    const AT: &str = "/{team}/{project}/{depot}/info/lfs";
    Router::new()
        .route(&format!("{AT}/objects/batch"), post(batch::batch))
        .route(&format!("{AT}/objects/{{oid}}"), get(transfer::download))
        .route(&format!("{AT}/objects/{{oid}}/{{size}}"), put(transfer::upload))
        .route(&format!("{AT}/verify"), post(transfer::verify))
        .route(&format!("{AT}/locks"), get(locks::list).post(locks::create))
        .route(&format!("{AT}/locks/verify"), post(locks::verify))
        .route(&format!("{AT}/locks/{{id}}/unlock"), post(locks::unlock))
}

/// The address of a depot's LFS.
fn base(env: &Env, depot: &Depot) -> String {
    format!("{}/{}.git/info/lfs", env.addresses.http, depot.path())
}

/// What `git-lfs-authenticate` answers.
pub(crate) fn way(env: &Env, depot: &Depot, pass: &Pass) -> String {
    let way = serde_json::json!({
        "href": base(env, depot),
        "header": { "Authorization": format!("Bearer {}", pass.token) },
        "expires_in": pass.life.as_secs(),
    });
    format!("{way}\n")
}
