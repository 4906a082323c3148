//! Code search: literal text and regular expressions, exact, over the branches of
//! a repository, without reading all of it.
//!
//! # How it works
//!
//! ```text
//! blob ──Document::new──▶ trigrams, packed text, definitions ──Writer::add──▶ segment
//! path → blob ──────────────────────────────────Writer::set_branch──▶ manifest
//!
//! query ──Search::new──▶ condition on trigrams ──▶ candidates ──read, match──▶ Found
//! ```
//!
//! An [`Index`] is a directory with immutable segments, which hold blobs by their
//! name, and a manifest for each branch, which says what blob lies at which path.
//! However many branches hold a blob, it is indexed once. A [`Writer`] adds what
//! is new and now and then joins segments ([`Writer::merge`]), so that the work
//! follows what is new. A [`Cache`] gives a [`Snapshot`] of a branch, on which a
//! [`Search`] runs; [`Loose`] files are searched without an index.
//!
//! # Invariants
//!
//! - What is found matches, and what matches is found, unless the answer says
//!   that it is incomplete: the index only says where to look, the text itself
//!   decides. Lines are matched one by one ([`Pattern`]).
//! - Nothing that was read from the index is trusted before its checksum was.
//!   What is damaged or of another version is an error that says so
//!   ([`Error::is_corrupt`]), and the next writer builds it anew.
//! - A crash at any moment leaves the index as it was before the last
//!   [`Writer::commit`] or as it is after it.
//! - Memory is bounded: in writing, by the size of one segment; in searching, by
//!   the number of files of the branch and the largest text.
//! - Binary files, and texts of more than [`LARGEST_TEXT`] bytes, are found by
//!   their path only.
//!
//! Nothing here knows of databases, of Git or of HTTP. Functions block.

mod coding;
mod corpus;
mod document;
mod error;
mod filter;
mod fold;
mod index;
mod manifest;
mod pattern;
mod probe;
mod search;
mod segment;
mod show;

pub use corpus::{Loose, LooseFile, LooseText};
pub use document::{BlobId, Document, LARGEST_TEXT, Symbol};
pub use error::{Error, Result};
pub use index::{BranchInfo, Cache, Index, SegmentInfo, Snapshot, State, Writer};
pub use manifest::FileEntry;
pub use pattern::{LONGEST_PATTERN, Pattern, Reading};
pub use probe::probe;
pub use scanner::{DefinitionKind, Language};
pub use search::{FileClass, Found, Hit, Limits, Match, PathMatch, Query, Rank, Search};
pub use show::{Shown, ShownLine, Wish};

/// Changes with what an index holds; one of another version is built anew.
pub const VERSION: u32 = segment::VERSION;
