//! `ModifyGitCommitStatus`

use depots::Depot;
use depots::statuses::{self, NewStatus, State};

use crate::prelude::*;

pub(super) struct ModifyGitCommitStatus;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The commit, by its whole name.
    commit_sha: String,
    /// `COMMIT_STATE_PENDING`, `COMMIT_STATE_SUCCESS`, `COMMIT_STATE_FAILURE` or
    /// `COMMIT_STATE_ERROR`.
    state: String,
    /// What was looked at, such as the name of a pipeline. The newest report of
    /// each context counts.
    context: Option<String>,
    /// What came of it, for people.
    description: Option<String>,
    /// Where more is to be read.
    #[serde(rename = "TargetURL")]
    target_url: Option<String>,
}

impl Action for ModifyGitCommitStatus {
    const NAME: &'static str = "ModifyGitCommitStatus";
    const SUMMARY: &'static str = "Reports what a pipeline found of a commit.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] =
        &[("commit", "CommitSha"), ("target_url", "TargetURL")];
    type Needs = OnDepot<Write>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Write>, params: Params) -> Result<Done> {
        let state = match params.state.as_str() {
            "COMMIT_STATE_PENDING" => State::Pending,
            "COMMIT_STATE_SUCCESS" => State::Success,
            "COMMIT_STATE_FAILURE" => State::Failure,
            "COMMIT_STATE_ERROR" => State::Error,
            "" => return Err(Error::missing("State")),
            _ => {
                return Err(Error::invalid(
                    "State",
                    "must be COMMIT_STATE_PENDING, COMMIT_STATE_SUCCESS, COMMIT_STATE_FAILURE or \
                     COMMIT_STATE_ERROR",
                ));
            }
        };
        let new = NewStatus {
            commit: params.commit_sha,
            context: params.context.unwrap_or_default(),
            state,
            description: params.description.unwrap_or_default(),
            target_url: params.target_url.unwrap_or_default(),
        };
        statuses::report(call, &depot, new).await?;
        Ok(Done {})
    }
}
