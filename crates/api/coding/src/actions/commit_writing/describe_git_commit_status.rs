//! `DescribeGitCommitStatus`

use depots::Depot;
use depots::statuses::{self, State, Status};

use crate::prelude::*;

pub(super) struct DescribeGitCommitStatus;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The commit, by its whole name.
    commit_sha: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The newest report of each context, the newest first.
    status_check_results: Vec<StatusCheckResult>,
}

/// What a pipeline found of a commit.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct StatusCheckResult {
    /// The depot's number.
    depot_id: i64,
    /// The commit.
    commit_sha: String,
    /// `COMMIT_STATE_PENDING`, `COMMIT_STATE_SUCCESS`, `COMMIT_STATE_FAILURE` or
    /// `COMMIT_STATE_ERROR`.
    state: &'static str,
    /// What was looked at.
    context: String,
    /// What came of it, for people.
    description: String,
    /// Where more is to be read.
    #[serde(rename = "TargetURL")]
    target_url: String,
    /// When it was reported, in milliseconds.
    create_date: i64,
}

impl From<Status> for StatusCheckResult {
    fn from(status: Status) -> Self {
        Self {
            depot_id: status.depot.0,
            commit_sha: status.commit,
            state: match status.state {
                State::Pending => "COMMIT_STATE_PENDING",
                State::Success => "COMMIT_STATE_SUCCESS",
                State::Failure => "COMMIT_STATE_FAILURE",
                State::Error => "COMMIT_STATE_ERROR",
            },
            context: status.context,
            description: status.description,
            target_url: status.target_url,
            create_date: status.created_at.millis(),
        }
    }
}

impl Action for DescribeGitCommitStatus {
    const NAME: &'static str = "DescribeGitCommitStatus";
    const SUMMARY: &'static str = "Lists what pipelines found of a commit.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("commit", "CommitSha")];
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let summary = statuses::summary(call, &depot, &params.commit_sha).await?;
        let status_check_results = summary.contexts.into_iter().map(Into::into).collect();
        Ok(Answer { status_check_results })
    }
}
