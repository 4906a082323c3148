//! `CreateBranchProtectionMember`

use depots::Depot;
use depots::rules::Subject;
use depots::rules::branches;

use crate::prelude::*;

pub(super) struct CreateBranchProtectionMember;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The number of the rule.
    branch_protection_id: i64,
    /// The unique name of the user.
    user_global_key: String,
    /// Whether he may push without a merge request; `false` is the default.
    allow_push: Option<bool>,
}

impl Action for CreateBranchProtectionMember {
    const NAME: &'static str = "CreateBranchProtectionMember";
    const SUMMARY: &'static str = "Puts a user on the list of a rule that protects branches.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        let who = Subject::User(params.user_global_key);
        let allow_push = params.allow_push.unwrap_or_default();
        branches::add_member(call, &depot, params.branch_protection_id, &who, allow_push).await?;
        Ok(Done {})
    }
}
