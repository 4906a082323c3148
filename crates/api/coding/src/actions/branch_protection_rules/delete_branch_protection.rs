//! `DeleteBranchProtection`

use depots::Depot;
use depots::rules::branches;

use crate::prelude::*;

pub(super) struct DeleteBranchProtection;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The number of the rule.
    branch_protection_id: i64,
}

impl Action for DeleteBranchProtection {
    const NAME: &'static str = "DeleteBranchProtection";
    const SUMMARY: &'static str = "Deletes a rule that protects branches.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        branches::delete(call, &depot, params.branch_protection_id).await?;
        Ok(Done {})
    }
}
