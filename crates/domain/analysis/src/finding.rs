//! What a finding is, and what became of it.

use base::{Error, Result, Timestamp, UserId};
use depots::DepotId;
use scanner::{Category, Severity};
use serde::{Deserialize, Serialize};

use crate::plan::PlanId;
use crate::scan::ScanId;

base::typed_id! {
    /// A finding: one problem with an identity that outlives moved lines,
    /// renamed files and later scans.
    pub struct FindingId;
}

/// One problem in the code of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Its number, unique on the installation.
    pub id: FindingId,
    /// The plan that found it.
    pub plan: PlanId,
    /// The lane of the plan's scans, see [`Scan::lane`](crate::Scan::lane).
    pub lane: String,
    /// The depot that it lies in.
    pub depot: DepotId,
    /// The file, from the root of the depot.
    pub path: String,
    /// Identifier of the language, such as `python`; empty for reports of
    /// scripts.
    pub language: String,
    /// Full rule id.
    pub rule: String,
    /// Kind of problem.
    pub category: Category,
    /// How bad it is under the plan's ruleset.
    pub severity: Severity,
    /// First line, from 1.
    pub line: u32,
    /// First column, from 1.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column after the last character.
    pub end_column: u32,
    /// What is wrong, for people.
    pub message: String,
    /// Enclosing classes and functions; may be empty.
    pub symbol: String,
    /// True where the parser did not understand the text around.
    pub uncertain: bool,
    /// What became of it.
    pub state: FindingState,
    /// Who wrote it, once blame has told.
    pub author: Option<Author>,
    /// Where it was seen first.
    pub first_seen: Seen,
    /// Where it was seen last.
    pub last_seen: Seen,
    /// Where it was found to be gone, if it is.
    pub fixed: Option<Seen>,
    /// Why it is ignored, if it is.
    pub ignored: Option<Ignored>,
    /// Who is to look after it.
    pub assignee: Option<Assignee>,
}

/// Who is to look after a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignee {
    /// The user.
    pub id: UserId,
    /// His name at that time.
    pub name: String,
}

/// What became of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingState {
    /// The latest scan was the first to see it.
    New,
    /// Seen before, and still there.
    Open,
    /// It was fixed, and is there again since the latest scan.
    Reopened,
    /// Gone.
    Fixed,
    /// Somebody decided that it may stay.
    Ignored,
}

impl FindingState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::New, Self::Open, Self::Reopened, Self::Fixed, Self::Ignored];
    /// The states that ask for work.
    pub const ACTIVE: [Self; 3] = [Self::New, Self::Open, Self::Reopened];

    /// The lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Reopened => "reopened",
            Self::Fixed => "fixed",
            Self::Ignored => "ignored",
        }
    }

    /// Whether it asks for work.
    pub fn is_active(self) -> bool {
        Self::ACTIVE.contains(&self)
    }
}

impl std::str::FromStr for FindingState {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| Error::invalid("state", "is not the state of a finding"))
    }
}

/// A moment in the life of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The scan.
    pub scan: ScanId,
    /// Its number in the plan.
    pub number: i64,
    /// The commit that it looked at; may be empty.
    pub commit: String,
    /// When.
    pub at: Timestamp,
}

/// Who wrote a line, as blame has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Name.
    pub name: String,
    /// Mail address.
    pub mail: String,
    /// When.
    pub at: Timestamp,
    /// The commit.
    pub commit: String,
}

/// Why a finding is ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// The kind of reason.
    pub reason: IgnoreReason,
    /// What was said about it; may be empty.
    pub note: String,
    /// Who decided.
    pub by: Option<UserId>,
    /// His name at that time.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
    /// Until when; for ever where nothing is said.
    pub until: Option<Timestamp>,
    /// The exception because of which it is ignored, if one is.
    pub exception: Option<i64>,
}

/// The kinds of reasons to ignore a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IgnoreReason {
    /// True, but it will not be changed.
    WontFix,
    /// The rule is wrong here.
    FalsePositive,
    /// True, and acceptable.
    Accepted,
}

impl IgnoreReason {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::WontFix, Self::FalsePositive, Self::Accepted];

    /// The lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WontFix => "wont_fix",
            Self::FalsePositive => "false_positive",
            Self::Accepted => "accepted",
        }
    }
}

impl std::str::FromStr for IgnoreReason {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|reason| reason.as_str() == text)
            .ok_or_else(|| Error::invalid("reason", "must be wont_fix, false_positive or accepted"))
    }
}

/// Something that happened to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingEvent {
    /// What.
    pub kind: FindingEventKind,
    /// In which scan, if in one: its number in the plan.
    pub scan: Option<i64>,
    /// The commit that the scan looked at; may be empty.
    pub commit: String,
    /// Who did it, if a person did.
    pub by: Option<UserId>,
    /// His name; empty for a scan.
    pub by_name: String,
    /// What else is to be said: the reason, the old path.
    pub note: String,
    /// When.
    pub at: Timestamp,
}

/// What can happen to a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingEventKind {
    /// A scan saw it first.
    Found,
    /// It lies in another file now.
    Moved,
    /// A scan did not see it any more.
    Fixed,
    /// A scan saw it again.
    Reopened,
    /// Somebody decided to ignore it.
    Ignored,
    /// Somebody took that back, or its time is over.
    Restored,
    /// Somebody was given it to look after, or nobody was.
    Assigned,
    /// Somebody committed what its rule says to write instead.
    FixCommitted,
}

impl FindingEventKind {
    /// The lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Moved => "moved",
            Self::Fixed => "fixed",
            Self::Reopened => "reopened",
            Self::Ignored => "ignored",
            Self::Restored => "restored",
            Self::Assigned => "assigned",
            Self::FixCommitted => "fix_committed",
        }
    }

    pub(crate) fn from_stored(text: &str) -> Self {
        const LATER: [FindingEventKind; 7] = [
            FindingEventKind::Moved,
            FindingEventKind::Fixed,
            FindingEventKind::Reopened,
            FindingEventKind::Ignored,
            FindingEventKind::Restored,
            FindingEventKind::Assigned,
            FindingEventKind::FixCommitted,
        ];
        LATER.into_iter().find(|kind| kind.as_str() == text).unwrap_or(Self::Found)
    }
}
