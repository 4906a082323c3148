//! Code search over depots.
//!
//! [`search`] finds lines and files in one depot, in a project, or in all that the
//! caller may read; [`lines`] is the same for one branch, line by line. What is
//! found is exact: the default branch and those that people search are indexed
//! (crate `codesearch`), and any other commit is put together from what the index
//! knows and from the repository itself.
//!
//! # How an index stays new
//!
//! A push to such a branch enqueues [`IndexDepot`], one job a depot at most; it
//! reads blobs that the index does not have and nothing else. At start, and
//! hourly, depots without an index get one and indexes without a depot go. What
//! is found damaged is not used, and built anew. The index lies in
//! `DATA_DIR/search`; nothing in it is worth a backup.
//!
//! # Who finds what
//!
//! The depots that a search looks at are chosen by what the caller may read before
//! any index is opened, so that counts say nothing about the others.

mod ask;
mod hear;
mod lines;
mod place;
mod results;
mod source;
mod tables;
mod update;

pub use ask::{Asked, Scope, search};
pub use codesearch::{
    DefinitionKind, LARGEST_TEXT, Language, Match, PathMatch, Rank, Reading, Shown, ShownLine,
};
pub use lines::{FoundLine, lines};
pub use results::{FileHit, Results};
pub use tables::MIGRATIONS;
pub use update::IndexDepot;

use call::Env;

/// Adds this crate's jobs and schedules to the worker's.
///
/// # Errors
/// Never in practice: when a schedule's parameters cannot be JSON.
pub fn register(registry: jobs::Registry<Env>) -> base::Result<jobs::Registry<Env>> {
    hear::register(update::register(registry))
}

/// Adds this crate's listeners: a push makes an index old.
#[must_use]
pub fn listen(listeners: events::Listeners<Env>) -> events::Listeners<Env> {
    hear::listen(listeners)
}

/// Has the depots that were there before the index was brought into it. To be
/// called once at start; it only enqueues a job.
///
/// # Errors
/// When the database cannot be reached.
pub async fn start(env: &Env) -> base::Result<()> {
    hear::start(env).await
}
