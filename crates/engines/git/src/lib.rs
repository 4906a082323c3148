//! Git repositories: reading, writing, serving and importing them.
//!
//! # Invariants
//!
//! - This is the only crate that names `gix` (gitoxide), and the only one that starts a git
//!   process. Nothing of gitoxide is in the public interface.
//! - Every git process comes from [`GitCommand`]: an environment of its own, a process group that
//!   dies with its handle, a time limit or a caller that waits.
//! - No database, no HTTP, no notion of users or projects; nothing is configured from outside but
//!   the `PATH`, by which git is found.
//! - Whatever this crate reports as written (a reference, a commit, an accepted push) is on disk:
//!   objects first, then references, then the directories that name them.
//! - Names, revisions and paths from outside are checked before they reach git, and never stand
//!   where git looks for an option.
//! - References below [`HIDDEN_REFS`] are invisible to clients.
//! - Functions block unless they are `async`; call the others from a blocking thread.

mod archive;
mod blame;
mod branching;
mod command;
mod commit;
mod compare;
mod contributors;
mod diff;
mod draft;
mod edit;
mod error;
mod fetch;
mod garbage;
mod history;
mod incoming;
mod log;
mod maintain;
mod oid;
mod packed_refs;
mod patch;
mod pool;
pub mod probe;
mod process;
mod ref_lists;
mod ref_update;
mod refs;
mod repository;
mod serve;
mod tree;
mod walk;
mod words;

pub use archive::ArchiveFormat;
pub use blame::{BlameCommit, BlameRange};
pub use command::{GitCommand, MINIMUM_VERSION, Version, version};
pub use commit::{AheadBehind, Commit, Signature};
pub use compare::RefKind;
pub use contributors::{Contributor, Contributors};
pub use diff::{
    Change, ChangeKind, Content, DiffLimits, DiffLine, FileDiff, Hunk, LineKind, Side, diff_text,
};
pub use draft::{
    CommitDraft, DEFAULT_NOTES, Draft, EditProblem, FileEdit, Picked, REBASE_LIMIT, Rebased,
    notes_ref,
};
pub use edit::NewCommit;
pub use error::{Error, Result};
pub use fetch::{AllowedSources, Credentials, Progress, Source, format_of};
pub use incoming::{Incoming, Touched};
pub use log::{LogQuery, Logged};
pub use maintain::Tidiness;
pub use oid::{ObjectFormat, Oid};
pub use pool::Pool;
pub use process::Cancel;
pub use ref_lists::{RefPage, RefQuery};
pub use refs::{Annotation, Branch, Head, RefEdit, Reference, Tag, is_branch_name, is_tag_name};
pub use repository::{HIDDEN_REFS, Repository};
pub use serve::{
    Arrived, PackStream, Protocol, PushRequest, Pusher, Received, Receiving, RefCommand, RefUpdate,
    Service, UpdateResult, drain, error_packet, pktline, read_request, refuse_archive, refuse_push,
};
pub use tree::{Blob, BlobEntry, BlobReader, Mode, TreeEntry, is_binary};
pub use words::diff_words;
