//! Git over smart HTTP: fetches and pushes at `/{team}/{project}/{depot}.git`,
//! large files and archives beside them; and the same over SSH.
//!
//! Who asks is settled first, then what he may do, and only then is the body of
//! a request read. Bodies and answers are streamed; nothing grows with a pack.
//!
//! Whoever has not signed in is asked to. Whoever has, but may not see the
//! depot, reads that it does not exist, as if it did not.
//!
//! A push goes through [`depots::push`]: its report reaches the client only
//! after the depot's row and the event are written. A push whose client hangs
//! up after the last byte is still finished.
//!
//! The routes must stand outside of layers that compress answers or limit
//! their time.

mod answer;
mod archive;
mod authorise;
mod body;
mod fetch;
pub mod lfs;
mod push;
pub mod ssh;

use axum::Router;
use axum::routing::{get, post};
use call::Env;

/// The routes, for the root of the server. The suffix `.git` may be left out.
pub fn router(env: Env) -> Router {
    Router::new()
        .route("/{team}/{project}/{depot}/info/refs", get(fetch::advertise))
        .route("/{team}/{project}/{depot}/git-upload-pack", post(fetch::upload_pack))
        .route("/{team}/{project}/{depot}/git-receive-pack", post(push::receive_pack))
        .route("/{team}/{project}/{depot}/archive/{*file}", get(archive::show))
        .merge(lfs::routes())
        .with_state(env)
}
