use std::{fmt::Display, io, path::Path};

/// What can go wrong in this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What is looked for cannot be used; the text is for whoever wrote it.
    #[error("{0}")]
    Pattern(String),
    /// A path pattern cannot be used.
    #[error("{0}")]
    Path(String),
    /// A file of the index is damaged or of another version. It must be built
    /// anew; nothing that was read from it counts.
    #[error("{file} cannot be used: {why}")]
    Corrupt {
        /// The file.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// Somebody else is writing to the index.
    #[error("the index is being written by another process")]
    Busy,
    /// The operating system refused.
    #[error("{context}: {source}")]
    Io {
        /// What was being done.
        context: String,
        /// The system's answer.
        source: io::Error,
    },
}

/// The result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn at(what: &str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let context = format!("cannot {what} {}", path.display());
        move |source| Error::Io { context, source }
    }

    pub(crate) fn corrupt(path: &Path, why: impl Display) -> Error {
        Error::Corrupt { file: path.display().to_string(), why: why.to_string() }
    }

    /// Whether the index has to be built anew.
    #[must_use]
    pub fn is_corrupt(&self) -> bool {
        matches!(self, Self::Corrupt { .. })
    }

    /// Whether a file that was to be read is not there.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}
