//! `DescribeBranchProtection`

use depots::Depot;
use depots::rules::branches;

use crate::prelude::*;
use crate::shapes::BranchProtection;

pub(super) struct DescribeBranchProtection;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The number of the rule.
    branch_protection_id: i64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The rule.
    branch_protection: BranchProtection,
}

impl Action for DescribeBranchProtection {
    const NAME: &'static str = "DescribeBranchProtection";
    const SUMMARY: &'static str = "Shows a rule that protects branches.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let rule = branches::get(call, &depot, params.branch_protection_id).await?;
        Ok(Answer { branch_protection: BranchProtection::one(call, &depot, rule).await? })
    }
}
