//! `DescribeGitBranch`

use depots::Depot;
use git::Branch;

use crate::prelude::*;
use crate::shapes::{BranchInfo, Marks};

pub(super) struct DescribeGitBranch;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The branch's name.
    branch_name: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    git_branch: BranchInfo,
}

impl Action for DescribeGitBranch {
    const NAME: &'static str = "DescribeGitBranch";
    const SUMMARY: &'static str = "Reads a branch.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let marks = Marks::of(call, &depot).await?;
        let git_branch = depots::read::read(call, &depot, move |repository, _| {
            let name = params.branch_name;
            let missing = || git::Error::NotFound(format!("branch {name:?}"));
            let tip = repository.reference(&format!("refs/heads/{name}"))?.ok_or_else(missing)?;
            BranchInfo::read(repository, Branch { name, commit: tip }, &marks)
        })
        .await?;
        Ok(Answer { git_branch })
    }
}
