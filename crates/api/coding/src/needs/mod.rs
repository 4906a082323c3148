//! Who may do an action, and to what.
//!
//! A [`Need`] reads from the request what the action is done to, finds it, and
//! checks the caller's right to it. What it returns is what the action works
//! with; there is no other way to come by it.

mod depot;
mod project;
mod team;

pub(crate) use depot::{ByIdOrPath, OnDepot, OnDepotNamed};
pub(crate) use project::{OnProject, OnProjectNamed};
pub(crate) use team::{SignedIn, TeamAdmin};

use std::future::Future;

use base::{Administer, Read, Result, Right, Write};
use call::Call;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

/// A right that an action needs.
pub(crate) trait Need: 'static {
    /// The parameters that say to what the action is done.
    type Target: DeserializeOwned + JsonSchema + Send;
    /// What the action gets: the thing with the proof, or the caller.
    type Held: Send;
    /// The right in words, for the reference and for the tests.
    const AUDIENCE: Audience;

    /// Finds the thing and checks the right.
    ///
    /// # Errors
    /// `NotFound` where the caller may not know of it, `Denied` where he may
    /// but must not do this.
    fn check(call: &Call, target: Self::Target) -> impl Future<Output = Result<Self::Held>> + Send;
}

/// Who may do an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody who is signed in; he gets what he may see.
    SignedIn,
    /// The admins and owners of the caller's team.
    TeamAdmins,
    /// Whoever holds a right on what the action is done to.
    Holders {
        /// The kind of thing: `project`, `depot`.
        of: &'static str,
        /// The right in words: `read`, `write`, `administer`.
        right: &'static str,
        /// The right as a [`Right::LEVEL`].
        level: u8,
    },
}

impl Audience {
    const fn holders<R: Right>(of: &'static str) -> Self {
        Self::Holders { of, right: R::NAME, level: R::LEVEL }
    }

    /// The same in Chinese.
    pub fn in_chinese(&self) -> String {
        let (of, right) = match self {
            Self::SignedIn => return "所有已登录用户".to_owned(),
            Self::TeamAdmins => return "团队管理员".to_owned(),
            Self::Holders { of, right, .. } => (of, right),
        };
        let right = match *right {
            Read::NAME => "读取",
            Write::NAME => "写入",
            Administer::NAME => "管理",
            other => other,
        };
        let of = match *of {
            "project" => "项目",
            "depot" => "代码仓库",
            other => other,
        };
        format!("拥有{of}{right}权限的用户")
    }

    /// The right as a [`Right::LEVEL`]; 0 where none on a thing is needed.
    pub fn level(&self) -> u8 {
        match self {
            Self::SignedIn | Self::TeamAdmins => 0,
            Self::Holders { level, .. } => *level,
        }
    }
}

impl std::fmt::Display for Audience {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SignedIn => f.write_str("everybody who is signed in"),
            Self::TeamAdmins => f.write_str("the admins of the team"),
            Self::Holders { of, right, .. } => write!(f, "whoever may {right} the {of}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_told_in_both_languages() {
        let audience = Audience::holders::<Administer>("depot");
        assert_eq!(audience.to_string(), "whoever may administer the depot");
        assert_eq!(audience.in_chinese(), "拥有代码仓库管理权限的用户");
        for (right, word) in [
            (Audience::holders::<Read>("project"), "读取"),
            (Audience::holders::<Write>("project"), "写入"),
        ] {
            assert!(right.in_chinese().contains(word));
        }
    }
}
