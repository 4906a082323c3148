//! Roles in a project.

use base::{Error, Result};

/// A role in a project, from the least to the most. A member may hold several;
/// the highest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProjectRole {
    /// Reads.
    Guest,
    /// Reads and changes what the project holds.
    Member,
    /// Also changes its settings and its members, and deletes it.
    Admin,
}

impl ProjectRole {
    /// Every role, the highest first.
    pub const ALL: [Self; 3] = [Self::Admin, Self::Member, Self::Guest];

    /// The role's fixed number on every installation.
    pub fn id(self) -> i64 {
        match self {
            Self::Admin => 1,
            Self::Member => 2,
            Self::Guest => 3,
        }
    }

    /// The role with that number.
    pub fn from_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }

    /// The role as the database and the pages name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Guest => "guest",
        }
    }

    /// How far the role reaches, as a [`base::Right`] level.
    pub(crate) fn level(self) -> u8 {
        match self {
            Self::Guest => 1,
            Self::Member => 2,
            Self::Admin => 3,
        }
    }
}

impl std::str::FromStr for ProjectRole {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| Error::invalid("role", "must be admin, member or guest"))
    }
}
