//! `DescribeProtectedBranchs`

use depots::Depot;
use depots::rules::branches;

use crate::prelude::*;
use crate::shapes::ProtectedBranch;

pub(super) struct DescribeProtectedBranchs;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The branches by name, at most 1,000.
    protected_branchs: Vec<ProtectedBranch>,
}

impl Action for DescribeProtectedBranchs {
    const NAME: &'static str = "DescribeProtectedBranchs";
    const SUMMARY: &'static str = "Lists the protected branches of a depot.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = NoParams;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, _: NoParams) -> Result<Answer> {
        let found = branches::protected(call, &depot).await?;
        Ok(Answer { protected_branchs: found.into_iter().map(ProtectedBranch::from).collect() })
    }
}
