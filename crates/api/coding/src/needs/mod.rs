//! Who may do an action, and to what.
//!
//! A [`Need`] reads from the request what the action is done to, finds it, and
//! checks the caller's right to it. What it returns is what the action works
//! with; there is no other way to come by it.

mod depot;
mod project;
mod team;

pub(crate) use depot::{OnDepot, OnDepotNamed};
pub(crate) use project::{OnProject, OnProjectNamed};
pub(crate) use team::SignedIn;

use std::future::Future;

use base::{Result, Right};
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

    /// The right as a [`Right::LEVEL`]; 0 where none is needed.
    pub fn level(&self) -> u8 {
        match self {
            Self::SignedIn => 0,
            Self::Holders { level, .. } => *level,
        }
    }
}

impl std::fmt::Display for Audience {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SignedIn => f.write_str("everybody who is signed in"),
            Self::Holders { of, right, .. } => write!(f, "whoever may {right} the {of}"),
        }
    }
}
