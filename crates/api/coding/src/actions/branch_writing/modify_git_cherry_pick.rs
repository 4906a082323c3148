//! `ModifyGitCherryPick`

use depots::{Depot, commits};

use crate::prelude::*;
use crate::shapes::CommitInfo;

pub(super) struct ModifyGitCherryPick;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The commit to be done again; of a merge, what it brought to its first
    /// parent.
    sha: String,
    /// The branch on which it is done again.
    branch_name: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The commit that was made.
    git_commit: CommitInfo,
}

impl Action for ModifyGitCherryPick {
    const NAME: &'static str = "ModifyGitCherryPick";
    const SUMMARY: &'static str = "Does on a branch what a commit did elsewhere.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("branch", "BranchName")];
    type Needs = OnDepot<Write>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Write>, params: Params) -> Result<Answer> {
        if params.branch_name.is_empty() {
            return Err(Error::missing("BranchName"));
        }
        let made = commits::cherry_pick(call, &depot, &params.sha, &params.branch_name).await?;
        Ok(Answer { git_commit: made.into() })
    }
}
