//! `DescribeDepotDefaultBranch`

use depots::Depot;

use crate::prelude::*;

pub(super) struct DescribeDepotDefaultBranch;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// Its name; it need not exist while the depot is empty.
    branch_name: String,
}

impl Action for DescribeDepotDefaultBranch {
    const NAME: &'static str = "DescribeDepotDefaultBranch";
    const SUMMARY: &'static str = "Tells the default branch.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = NoParams;
    type Answer = Answer;

    async fn run(_: &Call, depot: Granted<Depot, Read>, _: NoParams) -> Result<Answer> {
        Ok(Answer { branch_name: depot.into_inner().default_branch })
    }
}
