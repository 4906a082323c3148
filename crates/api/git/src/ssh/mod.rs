//! Git over SSH: fetches, pushes, archives and the way to LFS at
//! `git@host:{team}/{project}/{depot}.git`.
//!
//! Only public keys are taken, and only the user `git`. A key names a person
//! or a machine; what may be done is asked of the depot, as for every other
//! door. There is no shell, nothing is forwarded, and of the environment only
//! `GIT_PROTOCOL` is heard.
//!
//! What does not exist and what may not be seen are told in the same words.

mod command;
mod connections;
mod host_keys;
mod input;
mod run;
mod session;

pub use command::Command;
pub use connections::{Limits, serve};
pub use host_keys::HostKeys;
