//! Licences for a new depot.

/// Licences for a new depot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Licence {
    /// MIT: short and permissive.
    Mit,
    /// Apache 2.0: permissive, with a grant of patents.
    Apache2,
    /// BSD with two clauses: permissive.
    Bsd2,
    /// BSD with three clauses: permissive, without use of names.
    Bsd3,
    /// Mozilla 2.0: changed files stay free.
    Mpl2,
    /// GNU 3.0: the whole stays free.
    Gpl3,
}

impl Licence {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Mit, Self::Apache2, Self::Bsd2, Self::Bsd3, Self::Mpl2, Self::Gpl3];

    /// The name by which it is chosen.
    pub fn key(self) -> &'static str {
        match self {
            Self::Mit => "mit",
            Self::Apache2 => "apache-2.0",
            Self::Bsd2 => "bsd-2-clause",
            Self::Bsd3 => "bsd-3-clause",
            Self::Mpl2 => "mpl-2.0",
            Self::Gpl3 => "gpl-3.0",
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Mit => "MIT",
            Self::Apache2 => "Apache-2.0",
            Self::Bsd2 => "BSD-2-Clause",
            Self::Bsd3 => "BSD-3-Clause",
            Self::Mpl2 => "MPL-2.0",
            Self::Gpl3 => "GPL-3.0",
        }
    }

    /// The one of this key, if there is one.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.key() == key)
    }

    /// The text of the file.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Mit => include_str!("../../data/licences/mit.txt"),
            Self::Apache2 => include_str!("../../data/licences/apache-2.0.txt"),
            Self::Bsd2 => include_str!("../../data/licences/bsd-2-clause.txt"),
            Self::Bsd3 => include_str!("../../data/licences/bsd-3-clause.txt"),
            Self::Mpl2 => include_str!("../../data/licences/mpl-2.0.txt"),
            Self::Gpl3 => include_str!("../../data/licences/gpl-3.0.txt"),
        }
    }
}
