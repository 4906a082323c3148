use std::{fmt::Display, io, path::Path, time::Duration};

use crate::{EditProblem, Oid};

/// What can go wrong in this crate; each variant asks for another reaction of the caller.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The object, reference, revision or path does not exist.
    #[error("{0} does not exist")]
    NotFound(String),
    /// A name, revision, path or address that Git would not take, or an object of another kind
    /// than asked for.
    #[error("{0}")]
    Invalid(String),
    /// More than the caller, or this crate, allows.
    #[error("{what} is too large: {size}, more than the limit of {limit}")]
    TooLarge {
        /// What is too large.
        what: String,
        /// Its size in bytes, that of trees and histories in entries; or how much was seen when
        /// reading was given up.
        size: u64,
        /// The limit, in the same unit.
        limit: u64,
    },
    /// A reference was not what the caller expected when it was to be changed, or the thing to
    /// be created exists already.
    #[error("{0}")]
    Conflict(String),
    /// An edit of a file cannot be done.
    #[error("{path:?} {problem}")]
    Edit {
        /// Its place in the list of edits, from 0.
        index: usize,
        /// The path that it names.
        path: String,
        /// Why.
        problem: EditProblem,
    },
    /// A commit cannot be brought to another place, because both changed the same.
    #[error("{commit} conflicts in {}", paths.join(", "))]
    Conflicts {
        /// The commit that does not fit.
        commit: Oid,
        /// The files, at most 100.
        paths: Vec<String>,
    },
    /// A commit would change nothing.
    #[error("{0}")]
    Empty(String),
    /// The repository is damaged, or gitoxide could not read it.
    #[error("cannot read the repository: {0}")]
    Repository(String),
    /// A git process ended with an error.
    #[error("git {command} failed ({status}): {stderr}")]
    Process {
        /// The git command, such as `log`.
        command: String,
        /// How it ended, in words.
        status: String,
        /// The end of what it wrote to its error output.
        stderr: String,
    },
    /// A git process took too long and was killed.
    #[error("git {command} was stopped after {} s", after.as_secs())]
    Timeout {
        /// The git command.
        command: String,
        /// How long it was allowed to take.
        after: Duration,
    },
    /// The caller asked to stop.
    #[error("stopped on request")]
    Cancelled,
    /// There is no usable git on this machine.
    #[error("{0}")]
    Unusable(String),
    /// A client spoke the Git protocol wrongly, or beyond our limits.
    #[error("protocol error: {0}")]
    Protocol(String),
    /// The operating system refused.
    #[error("{context}: {source}")]
    Io {
        /// What was being done.
        context: String,
        /// The operating system's answer.
        source: io::Error,
    },
}

/// The result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn io(context: impl Display) -> impl FnOnce(io::Error) -> Error {
        move |source| Error::Io { context: context.to_string(), source }
    }

    pub(crate) fn at(what: &str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        Error::io(format!("cannot {what} {}", path.display()))
    }

    pub(crate) fn not_found(what: impl Display) -> Error {
        Error::NotFound(what.to_string())
    }
}

/// gitoxide's errors are one erased type: keep whether something was merely absent, and the words.
pub(crate) fn from_gix(error: impl Into<gix::Error>) -> Error {
    let error = error.into();
    let text = error
        .iter_errors()
        .map(ToString::to_string)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(": ");
    if error.is_not_found() { Error::NotFound(text) } else { Error::Repository(text) }
}
