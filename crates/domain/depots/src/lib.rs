//! Depots: Git repositories that we host, and outside ones that are known to
//! us by their address and mirrored when they are needed.
//!
//! [`authorise`] gives proof of permission; [`repository`] opens what is on
//! disk; [`push`] is the one way by which refs of a hosted depot change, and
//! [`commits`], [`branches`], [`tags`] and [`notes`] go it for people who do not
//! push. [`statuses`] and [`comments`] are what is said of commits.

mod access;
mod address;
pub mod branches;
mod change;
pub mod check;
mod collect;
pub mod comments;
pub mod commits;
mod depot;
pub mod health;
mod import;
pub mod initial;
pub mod keys;
pub mod lfs;
mod list;
mod moving;
pub mod notes;
mod orphans;
mod place;
pub mod push;
mod reach;
pub mod read;
pub mod releases;
pub mod rules;
pub mod statuses;
mod sweep;
mod tables;
pub mod tags;

pub use access::{DepotKey, authorise, readable_by_everybody};
pub use address::{Address, at_address};
pub use change::{
    DepotChange, NewDepot, create, create_project_with_depot, delete, delete_project, modify,
};
pub use depot::{Depot, DepotId, DepotKind, DepotState};
pub use import::{Import, ImportSource, fetch_outside, import, import_progress, register_outside};
pub use initial::InitialFiles;
pub use list::{DepotFilter, by_ids, list};
pub use moving::transfer;
pub use place::repository;
pub use reach::check as reachable;
pub use sweep::{Remove, Sweep};
pub use tables::MIGRATIONS;

use call::Env;

/// The kinds of events that this crate emits, each with the payload's type.
pub mod happened {
    pub use crate::comments::Commented;
    pub use crate::moving::Transferred;
    pub use crate::push::Pushed;
    pub use crate::statuses::StatusReported;
}

/// Adds this crate's jobs and schedules to the worker's.
///
/// # Errors
/// Never in practice: when a schedule's parameters cannot be JSON.
pub fn register(registry: jobs::Registry<Env>) -> base::Result<jobs::Registry<Env>> {
    sweep::register(import::register(registry))
}
