//! `DescribeProtectedBranch`

use depots::Depot;
use depots::rules::branches;

use crate::prelude::*;
use crate::shapes::ProtectedBranch;

pub(super) struct DescribeProtectedBranch;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The name of the branch.
    branch_name: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The branch.
    protected_branch: ProtectedBranch,
}

impl Action for DescribeProtectedBranch {
    const NAME: &'static str = "DescribeProtectedBranch";
    const SUMMARY: &'static str = "Shows a protected branch of a depot.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let found = branches::protected(call, &depot).await?;
        let found = found.into_iter().find(|branch| branch.name == params.branch_name);
        let found = found.ok_or_else(|| Error::not_found("protected branch"))?;
        Ok(Answer { protected_branch: found.into() })
    }
}
