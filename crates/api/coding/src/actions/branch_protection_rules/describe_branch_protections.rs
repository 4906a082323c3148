//! `DescribeBranchProtections`

use depots::Depot;
use depots::rules::branches;

use crate::prelude::*;
use crate::shapes::BranchProtection;

pub(super) struct DescribeBranchProtections;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The rules, the oldest first.
    branch_protections: Vec<BranchProtection>,
}

impl Action for DescribeBranchProtections {
    const NAME: &'static str = "DescribeBranchProtections";
    const SUMMARY: &'static str = "Lists the rules that protect branches of a depot.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = NoParams;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, _: NoParams) -> Result<Answer> {
        let rules = branches::list(call, &depot).await?;
        Ok(Answer { branch_protections: BranchProtection::all(call, &depot, rules).await? })
    }
}
