//! Secrets in the history of a plan's depots: in every file that any commit of
//! the plan's branches ever brought, whether it is still there or not.
//!
//! A secret that was pushed is known to whoever has a copy. It asks for work until
//! somebody says that it was revoked or that it may stay; that its file was
//! changed closes nothing. Two places with the same value are the same leak.
//! Values are never kept: only what tells one from another for whoever has the
//! installation's key.

mod batch;
mod decide;
mod read;
mod search;
mod walk;

pub use decide::{LeakDecision, decide_leaks};
pub use read::{LeakCounts, LeakFilter, leak_counts, leaks};
pub(crate) use read::{found_by, open_of};
pub use search::{NewSearch, search_history};
pub(crate) use search::{Search, Searched, follow, register};

use base::{Error, Timestamp, UserId};
use depots::DepotId;
use scanner::Severity;
use serde::{Deserialize, Serialize};

use crate::finding::{Author, IgnoreReason};
use crate::plan::PlanId;

base::typed_id! {
    /// A secret in a history.
    pub struct LeakId;
}

/// The most leaks of a plan and depot; there are no more of them to look after.
const MOST_LEAKS: usize = 10_000;
/// The most places of a leak that are told of.
const MOST_PLACES: usize = 50;

/// A secret in a history.
#[derive(Debug, Clone, PartialEq)]
pub struct Leak {
    /// Its number, unique on the installation.
    pub id: LeakId,
    /// The plan that found it.
    pub plan: PlanId,
    /// The depot.
    pub depot: DepotId,
    /// Full rule id.
    pub rule: String,
    /// How bad it was when it was found.
    pub severity: Severity,
    /// The file in which the first commit had it.
    pub path: String,
    /// First line there, from 1.
    pub line: u32,
    /// Last line there.
    pub end_line: u32,
    /// That commit, and who wrote it.
    pub author: Author,
    /// Where the branches of the last search have it: at most 50 places, none
    /// where it was removed.
    pub places: Vec<LeakPlace>,
    /// What was decided.
    pub state: LeakState,
    /// Why it may stay, if that was decided.
    pub reason: Option<IgnoreReason>,
    /// What was said about it; may be empty.
    pub note: String,
    /// Who decided, if somebody did.
    pub by: Option<UserId>,
    /// His name at that time; empty where a comment in the code decided.
    pub by_name: String,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// When it was found.
    pub found_at: Timestamp,
}

/// A place of a secret that is still there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeakPlace {
    /// The file.
    pub path: String,
    /// First line, from 1.
    pub line: u32,
    /// The file's content.
    pub blob: String,
}

/// What was decided about a leak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LeakState {
    /// Nothing yet: it asks for work.
    Open,
    /// It opens nothing any more.
    Revoked,
    /// It may stay.
    Ignored,
}

impl LeakState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Open, Self::Revoked, Self::Ignored];

    /// The lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Revoked => "revoked",
            Self::Ignored => "ignored",
        }
    }
}

impl std::str::FromStr for LeakState {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| Error::invalid("state", "must be open, revoked or ignored"))
    }
}
