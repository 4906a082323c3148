//! `DeleteBranchProtectionMember`

use depots::Depot;
use depots::rules::Subject;
use depots::rules::branches;

use crate::prelude::*;

pub(super) struct DeleteBranchProtectionMember;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The number of the rule.
    branch_protection_id: i64,
    /// The unique name of the user.
    user_global_key: String,
}

impl Action for DeleteBranchProtectionMember {
    const NAME: &'static str = "DeleteBranchProtectionMember";
    const SUMMARY: &'static str = "Takes a user off the list of a rule that protects branches.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        let who = Subject::User(params.user_global_key);
        branches::remove_member(call, &depot, params.branch_protection_id, &who).await?;
        Ok(Done {})
    }
}
