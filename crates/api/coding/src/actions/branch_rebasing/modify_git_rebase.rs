//! `ModifyGitRebase`

use depots::{Depot, commits};

use crate::prelude::*;

pub(super) struct ModifyGitRebase;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The branch on top of which the other is put.
    base_branch_name: String,
    /// The branch that gets another base.
    src_branch_name: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The commit that `SrcBranchName` is at now.
    sha: String,
    /// Commits that were left out, because the base has their change.
    dropped_shas: Vec<String>,
}

impl Action for ModifyGitRebase {
    const NAME: &'static str = "ModifyGitRebase";
    const SUMMARY: &'static str = "Puts the commits of a branch on top of another.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] =
        &[("base", "BaseBranchName"), ("branch", "SrcBranchName")];
    type Needs = OnDepot<Write>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Write>, params: Params) -> Result<Answer> {
        if params.base_branch_name.is_empty() {
            return Err(Error::missing("BaseBranchName"));
        }
        let Params { base_branch_name, src_branch_name } = &params;
        let done = commits::rebase(call, &depot, base_branch_name, src_branch_name).await?;
        Ok(Answer {
            sha: done.tip.to_string(),
            dropped_shas: done.dropped.iter().map(ToString::to_string).collect(),
        })
    }
}
