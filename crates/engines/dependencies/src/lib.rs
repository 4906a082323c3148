//! What a repository depends on, read from its lock files and manifests.
//!
//! The input is a path and bytes; nothing here opens a file of the repository,
//! a connection or a process.
//!
//! * [`Kind::of_path`] says whether a file tells of dependencies, and [`read`]
//!   what it says. That is path-free, so it can be kept by the file's blob.
//! * [`resolve`] puts the files of one tree together: which lock belongs to
//!   which manifest, what is direct, what is only needed for development, which
//!   version a parent POM means. The result is a list of [`Component`]s.
//! * [`licence`] tidies what a package says of its licence, and knows licences
//!   by their text.
//! * [`sbom`] writes CycloneDX and SPDX.
//! * [`osv`] reads advisories and says which of them a version is affected by.
//!
//! # Limits
//!
//! Every reader is bounded, because anybody who may push can write these files:
//! see [`limits`]. A file beyond a limit is an error, never a part of the truth.

mod component;
mod ecosystem;
pub mod licence;
pub mod limits;
mod manifest;
pub mod osv;
mod purl;
mod read;
mod resolve;
pub mod sbom;
pub mod version;

pub use component::{Component, Scope};
pub use ecosystem::Ecosystem;
pub use manifest::{Kind, Manifest, Package, Pom, Project, Root};
pub use purl::purl;
pub use read::{ReadError, read};
pub use resolve::resolve;

/// Changes whenever a file may be read differently than before.
pub const VERSION: u32 = 1;
