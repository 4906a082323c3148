//! What a scan plan is.

use std::time::Duration;

use base::{Timestamp, UserId};
use depots::DepotId;
use projects::ProjectId;
use serde::{Deserialize, Serialize};

use crate::gate::Gate;
pub use crate::parameters::PathFilters;
use crate::ruleset::RulesetId;
use crate::scan::ScanId;

base::typed_id! {
    /// A scan plan.
    pub struct PlanId;
}

/// What is to be scanned, how, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanPlan {
    /// Its number, unique on the installation.
    pub id: PlanId,
    /// 32 lower-case hexadecimal characters, unique on the installation.
    pub uid: String,
    /// The project that it belongs to.
    pub project: ProjectId,
    /// Unique in the project.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// What does the work.
    pub kind: PlanKind,
    /// What is scanned. Empty only when the depots have been deleted.
    pub sources: Vec<PlanSource>,
    /// Which rules; `None` for the built-in choice.
    pub ruleset: Option<RulesetId>,
    /// Everything else that shapes a scan.
    pub definition: Definition,
    /// What a dialect must give back but nobody else reads.
    pub settings: serde_json::Value,
    /// Where it was made, e.g. `page`; free text.
    pub origin: String,
    /// Whether triggers start it.
    pub enabled: bool,
    /// Who made it.
    pub creator: Option<UserId>,
    /// His name at that time.
    pub creator_name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its settings last changed.
    pub updated_at: Timestamp,
    /// The scan that was started last, on whatever branch.
    pub latest_scan: Option<ScanId>,
    /// The last scan of the plan's own branches that has a result.
    pub latest_result: Option<ScanId>,
}

/// What does the work of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlanKind {
    /// The built-in analysers.
    Builtin,
    /// A script of the plan's owner, in a sandbox.
    Script,
}

impl PlanKind {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Builtin => "builtin",
            Self::Script => "script",
        }
    }

    pub(crate) fn from_stored(text: &str) -> Self {
        if text == "script" { Self::Script } else { Self::Builtin }
    }
}

/// One depot of a plan, and the branch that is scanned when nobody asks for
/// another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanSource {
    /// The depot.
    pub depot: DepotId,
    /// The branch (or tag).
    pub branch: String,
}

/// What shapes a plan's scans; kept as one document.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Definition {
    /// Identifiers of languages such as `python`; empty for all.
    pub languages: Vec<String>,
    /// Which paths are scanned.
    pub paths: PathFilters,
    /// When a scan counts as failed for what it found.
    pub gate: Gate,
    /// What starts a scan.
    pub triggers: Triggers,
    /// How much a scan may use.
    pub limits: PlanLimits,
    /// For script plans: the script.
    pub script: String,
    /// A script that runs before the scan, in the working copy.
    pub prelaunch: String,
    /// The name of the environment (image) that scripts run in.
    pub environment: String,
    /// Whether scripts may use the network.
    pub network: bool,
    /// Names and values that scripts see.
    pub variables: Vec<(String, String)>,
    /// Properties as they were given, `key=value` a line; see
    /// [`parameters`](crate::parameters).
    pub parameters: String,
    /// Where a script leaves its findings as SARIF, below the working copy;
    /// empty for `results.sarif`.
    pub report: String,
    /// Where a script leaves a report of coverage, below the working copy; empty
    /// for nowhere.
    pub coverage: String,
    /// Who may see the plan's badge.
    pub badge: Badge,
    /// Whether each scan of the plan's own branches has what is new in their
    /// history searched for secrets.
    pub history_secrets: bool,
}

/// Who may see a plan's badge.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "shown")]
pub enum Badge {
    /// Nobody.
    #[default]
    Hidden,
    /// Everybody who knows its address.
    Public,
    /// Whoever has the token.
    Token {
        /// SHA-256 of the token, in hexadecimal.
        hash: String,
    },
}

/// What starts a scan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Triggers {
    /// Whether any of them does.
    pub enabled: bool,
    /// Each of them.
    pub hooks: Vec<Hook>,
    /// Five fields as cron has them, for scans at certain times; empty for none.
    pub schedule: String,
    /// The time zone of the schedule, such as `Asia/Shanghai`; empty for UTC.
    pub time_zone: String,
}

impl Triggers {
    /// Every push to a branch of the plan.
    pub fn push() -> Self {
        Self { enabled: true, hooks: vec![Hook::default()], ..Self::default() }
    }
}

/// One trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hook {
    /// Only this depot of the plan.
    pub depot: Option<DepotId>,
    /// Glob for the branch, or the merge request's target; empty for the
    /// branches of the plan.
    pub branch: String,
    /// At least one of these has to happen.
    pub events: Vec<HookEvent>,
    /// Only when something below one of these directories changes; a leading
    /// `!` excludes. Empty for any.
    pub folders: Vec<String>,
}

impl Default for Hook {
    fn default() -> Self {
        Self {
            depot: None,
            branch: String::new(),
            events: vec![HookEvent::Push],
            folders: Vec::new(),
        }
    }
}

/// What has to happen for a trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HookEvent {
    /// Commits arrive on a branch.
    Push,
    /// A tag arrives.
    Tag,
    /// A merge request is opened or changed. Stored; nothing starts it yet.
    MergeRequest,
}

/// How much a scan may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanLimits {
    /// Minutes from start to end.
    pub timeout_minutes: u32,
    /// Thousandths of a processor. Over the whole of the time limit: no process
    /// of a script gets more processor time than this share of it.
    pub cpu_millis: Option<u32>,
    /// MiB for one process of a script.
    pub memory_mib: Option<u32>,
}

impl Default for PlanLimits {
    fn default() -> Self {
        Self { timeout_minutes: 60, cpu_millis: None, memory_mib: None }
    }
}

impl PlanLimits {
    /// The time limit.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.timeout_minutes) * 60)
    }

    /// The processor time of one process, where it is limited.
    pub fn processor(&self) -> Option<Duration> {
        let share = u64::from(self.cpu_millis.filter(|share| *share > 0)?);
        // A minute has 60,000 milliseconds, of which each thousandth is 60.
        Some(Duration::from_millis(u64::from(self.timeout_minutes) * 60 * share))
    }
}
