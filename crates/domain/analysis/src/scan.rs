//! What a scan is.

use base::{Error, Result, Timestamp, UserId};
use depots::DepotId;
use scanner::{LanguageTotals, SeverityCounts, Totals};
use serde::{Deserialize, Serialize};

use crate::gate::GateResult;
use crate::plan::PlanId;

base::typed_id! {
    /// A scan.
    pub struct ScanId;
}

/// One run of a plan on one commit of each of its depots.
#[derive(Debug, Clone, PartialEq)]
pub struct Scan {
    /// Its number, unique on the installation.
    pub id: ScanId,
    /// The plan.
    pub plan: PlanId,
    /// 1, 2, 3, … in the plan.
    pub number: i64,
    /// Where it stands.
    pub state: ScanState,
    /// What it is doing while it runs.
    pub progress: Stage,
    /// What started it.
    pub trigger: Trigger,
    /// Who started it, if a user did.
    pub creator: Option<UserId>,
    /// The name to show for that.
    pub creator_name: String,
    /// What is scanned.
    pub sources: Vec<ScanSource>,
    /// Empty for the plan's own branches, else which others: findings are
    /// followed from scan to scan within a lane.
    pub lane: String,
    /// The scan that it was compared with.
    pub base: Option<ScanId>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the work began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Why it failed, for people; empty when it did not.
    pub error: String,
    /// What it found; there once it has passed, or failed for its gate or its
    /// script.
    pub result: Option<ScanResult>,
    /// The digest of its log in the blob store, if it has one.
    pub log: Option<String>,
    /// Bytes of the log.
    pub log_bytes: u64,
}

impl Scan {
    /// What it looked at in one depot.
    pub fn source(&self, depot: DepotId) -> Option<&ScanSource> {
        self.sources.iter().find(|source| source.depot == depot)
    }

    /// The depot and the path in it of a path in the result: with several
    /// depots those begin with the depot's name.
    pub fn locate<'a>(&self, path: &'a str) -> Option<(&ScanSource, &'a str)> {
        if let [only] = self.sources.as_slice() {
            return Some((only, path));
        }
        self.sources.iter().find_map(|source| {
            let rest = path.strip_prefix(source.name.as_str())?.strip_prefix('/')?;
            Some((source, rest))
        })
    }

    /// Time from the begin of the work to its end, so far as known.
    pub fn duration(&self) -> Option<std::time::Duration> {
        Some(self.finished_at?.since(self.started_at?))
    }
}

/// Where a scan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScanState {
    /// Another scan of the plan has to end first, or no worker is free.
    Waiting,
    /// It is the next of its plan.
    Queued,
    /// It is being done.
    Running,
    /// Done, and nothing was wrong with the result.
    Passed,
    /// Could not be done, or its gate or script says no.
    Failed,
    /// Took too long.
    Timeout,
    /// Stopped on request.
    Cancelled,
}

impl ScanState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Waiting,
        Self::Queued,
        Self::Running,
        Self::Passed,
        Self::Failed,
        Self::Timeout,
        Self::Cancelled,
    ];

    /// The lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Timeout => "timeout",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing more will happen to it.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Waiting | Self::Queued | Self::Running)
    }
}

impl std::str::FromStr for ScanState {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| Error::invalid("state", "is not the state of a scan"))
    }
}

/// What a running scan is doing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Stage {
    /// `fetch`, `list`, `analyse`, `join`, `compare`, `save` or `script`;
    /// empty before the work begins.
    pub name: String,
    /// How much of `total` is done.
    pub done: u64,
    /// 0 when it is not known.
    pub total: u64,
}

/// What started a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trigger {
    /// A push.
    Push,
    /// Somebody on a page.
    Manual,
    /// A program.
    Api,
    /// The clock.
    Schedule,
}

impl Trigger {
    /// The lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Manual => "manual",
            Self::Api => "api",
            Self::Schedule => "schedule",
        }
    }

    pub(crate) fn from_stored(text: &str) -> Self {
        [Self::Push, Self::Manual, Self::Schedule]
            .into_iter()
            .find(|trigger| trigger.as_str() == text)
            .unwrap_or(Self::Api)
    }
}

/// One depot of a scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanSource {
    /// The depot; it may have been deleted since.
    pub depot: DepotId,
    /// The depot's slug at that time. With several depots it is also the first
    /// part of every path in the result.
    pub name: String,
    /// The branch (or tag).
    pub branch: String,
    /// 40 or 64 hexadecimal characters; empty until it is known.
    pub commit: String,
    /// The commit of the scan that this one was compared with; may be empty.
    #[serde(default)]
    pub base_commit: String,
}

/// What a scan found.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ScanResult {
    /// Sums over all files. Its `findings` are those of the code as it is,
    /// whatever people decided about them.
    pub totals: Totals,
    /// The same by language, most code first.
    pub languages: Vec<LanguageTotals>,
    /// Findings that are open after this scan, the new ones included and the
    /// ignored ones not.
    pub open: SeverityCounts,
    /// Findings that were not there in the scan before, or are there again.
    pub new: SeverityCounts,
    /// Findings that people decided to ignore.
    pub ignored: SeverityCounts,
    /// How many findings of the scan before are gone.
    pub fixed: u32,
    /// How many of the new ones had been there before.
    pub reopened: u32,
    /// Pairs of duplicates.
    pub duplicate_blocks: u32,
    /// Functions over a threshold of the ruleset.
    pub complex_functions: u32,
    /// The highest cyclomatic complexity of a function.
    pub max_cyclomatic: u32,
    /// Files that were left out.
    pub skipped: u32,
    /// Files of which the parser did not understand everything.
    pub partly_parsed: u32,
    /// Files on which the analyser itself failed; their findings stay as they
    /// were.
    pub failed_files: u32,
    /// Components that the code depends on.
    pub dependencies: u32,
    /// Those of them that advisories hold for.
    pub vulnerable_dependencies: u32,
    /// Components of which that is not known: no advisories about packages of their
    /// ecosystem were imported.
    pub unchecked_dependencies: u32,
    /// The ecosystems of these, by the type of their package URLs.
    pub unchecked_ecosystems: Vec<String>,
    /// Lock files and manifests that could not be read: what they depend on is
    /// not known.
    pub unread_manifests: u32,
    /// What the gate says.
    pub gate: GateResult,
    /// Version of the engine.
    pub engine_version: String,
    /// Hash of the ruleset and of the team's rules in it.
    pub ruleset_hash: String,
    /// Which rules that were.
    pub rules: crate::ruleset::RulesUsed,
    /// Blobs whose report was known already.
    pub cached: u32,
    /// Blobs that had to be analysed.
    pub analysed: u32,
    /// Names of phases with the milliseconds that each took.
    pub phases: Vec<(String, u64)>,
    /// What became of the external analysers that the plan asks for.
    pub adapters: Vec<AdapterRun>,
    /// For scripts: how the script ended.
    pub script: Option<ScriptResult>,
}

/// What became of an external analyser.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AdapterRun {
    /// Its name.
    pub tool: String,
    /// Its version, or empty.
    pub version: String,
    /// Why nothing is known from it; empty when it did its work. Its earlier
    /// findings then stay as they were.
    pub error: String,
    /// Files that it was given.
    pub files: u32,
    /// What it found.
    pub findings: u32,
    /// How long it took, in milliseconds.
    pub millis: u64,
}

impl AdapterRun {
    pub(crate) fn failed(tool: &str, why: &str) -> Self {
        Self { tool: tool.to_owned(), error: why.to_owned(), ..Self::default() }
    }
}

/// How the script of a scan ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptResult {
    /// In words: `exit status 1`.
    pub ended: String,
    /// The status, if it ended by itself.
    pub code: Option<i32>,
    /// What kept it from the machine: `bubblewrap` or `none`.
    pub isolation: String,
    /// Whether its log was cut at the limit.
    pub log_cut: bool,
    /// What went wrong with its report; empty when nothing did.
    pub report_error: String,
}
