//! One error below the doors.
//!
//! Domains return [`Error`]; each dialect maps it once to its own form. The
//! `Display` text is what a caller may read. What only the operator may read
//! travels as `source` and goes to the log.

use std::borrow::Cow;
use std::time::Duration;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller did not say who he is, or what he showed does not hold.
    #[error("{why}")]
    Unauthenticated {
        /// What was wrong, without a hint whether an account exists.
        why: Cow<'static, str>,
    },
    /// The caller is known and sees the thing, but may not do this to it.
    #[error("{why}")]
    Denied {
        /// Which right or scope is missing, or which rule forbids it.
        why: Cow<'static, str>,
    },
    /// It does not exist, or the caller may not know that it does.
    #[error("{what} not found")]
    NotFound {
        /// The kind of thing, in lower case: "project", "depot".
        what: Cow<'static, str>,
    },
    /// A needed field is absent.
    #[error("{field} is missing")]
    Missing {
        /// The field, as the caller spells it.
        field: Cow<'static, str>,
    },
    /// A field has a value that cannot be used.
    #[error("{field} {why}")]
    Invalid {
        /// The field, as the caller spells it.
        field: Cow<'static, str>,
        /// What is wrong with it, to be read after the field's name.
        why: Cow<'static, str>,
    },
    /// It cannot be done in the present state: taken, in use, changed since.
    #[error("{why}")]
    Conflict {
        /// What stands in the way.
        why: Cow<'static, str>,
    },
    /// Too much or too often.
    #[error("{why}")]
    Limit {
        /// Which limit.
        why: Cow<'static, str>,
        /// When to try again, where waiting helps.
        retry_after: Option<Duration>,
    },
    /// It is asked for rightly, but this installation cannot do it.
    #[error("{why}")]
    Unsupported {
        /// What cannot be done.
        why: Cow<'static, str>,
    },
    /// Something that is needed is not there just now.
    #[error("{why}")]
    Unavailable {
        /// What is not there.
        why: Cow<'static, str>,
    },
    /// A fault of ours. The caller reads only that; the cause is logged.
    #[error("internal error")]
    Internal {
        /// The cause, for the log.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// [`Error::Unauthenticated`].
    pub fn unauthenticated(why: impl Into<Cow<'static, str>>) -> Self {
        Self::Unauthenticated { why: why.into() }
    }

    /// [`Error::Denied`] for want of a right or scope: "you need … for this".
    pub fn denied(needs: impl Into<Cow<'static, str>>) -> Self {
        Self::Denied { why: format!("you need {} for this", needs.into()).into() }
    }

    /// [`Error::Denied`] by a rule, in its own words.
    pub fn forbidden(why: impl Into<Cow<'static, str>>) -> Self {
        Self::Denied { why: why.into() }
    }

    /// [`Error::NotFound`].
    pub fn not_found(what: impl Into<Cow<'static, str>>) -> Self {
        Self::NotFound { what: what.into() }
    }

    /// [`Error::Missing`].
    pub fn missing(field: impl Into<Cow<'static, str>>) -> Self {
        Self::Missing { field: field.into() }
    }

    /// [`Error::Invalid`]; `why` is read after the field's name.
    pub fn invalid(field: impl Into<Cow<'static, str>>, why: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid { field: field.into(), why: why.into() }
    }

    /// [`Error::Conflict`].
    pub fn conflict(why: impl Into<Cow<'static, str>>) -> Self {
        Self::Conflict { why: why.into() }
    }

    /// [`Error::Limit`] where waiting does not help.
    pub fn limit(why: impl Into<Cow<'static, str>>) -> Self {
        Self::Limit { why: why.into(), retry_after: None }
    }

    /// [`Error::Unsupported`].
    pub fn unsupported(why: impl Into<Cow<'static, str>>) -> Self {
        Self::Unsupported { why: why.into() }
    }

    /// [`Error::Unavailable`].
    pub fn unavailable(why: impl Into<Cow<'static, str>>) -> Self {
        Self::Unavailable { why: why.into() }
    }

    /// [`Error::Internal`].
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal { cause: cause.into() }
    }

    /// Whether this says that the thing is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    /// The same error with the field's name as another dialect spells it.
    #[must_use]
    pub fn rename_field(self, from: &str, to: &'static str) -> Self {
        match self {
            Self::Missing { field } if field == from => Self::missing(to),
            Self::Invalid { field, why } if field == from => Self::invalid(to, why),
            other => other,
        }
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        match error.sql_err() {
            Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => {
                Self::conflict("it exists already")
            }
            _ => Self::internal(error),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::internal(error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}
