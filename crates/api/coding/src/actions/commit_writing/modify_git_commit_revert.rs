//! `ModifyGitCommitRevert`

use depots::{Depot, commits};

use crate::prelude::*;
use crate::shapes::CommitInfo;

pub(super) struct ModifyGitCommitRevert;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The branch on which it is undone.
    branch_name: String,
    /// The commit to be undone; of a merge, what it brought to its first parent.
    sha: String,
    /// The new commit's message; Git's usual one where it is left out.
    message: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The commit that was made.
    git_commit: CommitInfo,
}

impl Action for ModifyGitCommitRevert {
    const NAME: &'static str = "ModifyGitCommitRevert";
    const SUMMARY: &'static str = "Undoes on a branch what a commit did, as a new commit.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("branch", "BranchName")];
    type Needs = OnDepot<Write>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Write>, params: Params) -> Result<Answer> {
        let message = params.message.unwrap_or_default();
        let made =
            commits::revert(call, &depot, &params.sha, &params.branch_name, &message).await?;
        Ok(Answer { git_commit: made.into() })
    }
}
