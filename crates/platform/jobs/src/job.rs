//! What a job is before it runs.

use base::{Error, Result, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

base::typed_id! {
    /// One job in the queue.
    pub struct JobId;
}

/// A kind of work; the value is its parameters.
///
/// The parameters are kept as JSON: give a field that is added later
/// `#[serde(default)]`, because jobs of the older form may still be waiting.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Unique name, `"analysis.scan"`.
    const KIND: &'static str;
    /// Jobs of a higher priority are taken first.
    const PRIORITY: i32 = 0;
    /// How often it is tried before it counts as failed; at least 1.
    const ATTEMPTS: u32 = 5;
    /// Each queue has its own number of jobs running at a time.
    const QUEUE: &'static str = "default";
}

/// How one job differs from others of its kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Enqueue {
    /// Instead of the kind's own priority.
    pub priority: Option<i32>,
    /// A job of the same kind and key that nobody has taken yet is kept
    /// instead of adding a second one.
    pub dedupe: Option<String>,
    /// Not before this moment.
    pub run_at: Option<Timestamp>,
    /// A line for people: what this job is about.
    pub label: String,
    /// What the job belongs to, for [`JobFilter`](crate::JobFilter), e.g.
    /// `"plan:7"`.
    pub subject: Option<String>,
}

/// A job whose kind is known at run time only.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// See [`Job::KIND`].
    pub kind: String,
    /// See [`Job::QUEUE`].
    pub queue: String,
    /// See [`Job::ATTEMPTS`].
    pub attempts: u32,
    /// See [`Job::PRIORITY`].
    pub priority: i32,
    /// The parameters.
    pub payload: serde_json::Value,
}

impl NewJob {
    /// The job with its parameters written out.
    ///
    /// # Errors
    /// `Internal` when the parameters cannot be JSON.
    pub fn of<J: Job>(job: &J) -> Result<Self> {
        Ok(Self {
            kind: J::KIND.to_owned(),
            queue: J::QUEUE.to_owned(),
            attempts: J::ATTEMPTS,
            priority: J::PRIORITY,
            payload: serde_json::to_value(job)?,
        })
    }
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// Waiting: for its turn, its moment, or another attempt.
    Queued,
    /// A worker has it.
    Running,
    /// Done.
    Succeeded,
    /// Given up; the error is kept.
    Failed,
    /// Stopped on request.
    Cancelled,
}

impl JobState {
    /// The state as the database names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing more will happen to the job.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

impl std::str::FromStr for JobState {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        [Self::Queued, Self::Running, Self::Succeeded, Self::Failed, Self::Cancelled]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| Error::internal(format!("a job in the unknown state {text:?}")))
    }
}
