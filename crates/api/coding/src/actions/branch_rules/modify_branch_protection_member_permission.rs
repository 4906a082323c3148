//! `ModifyBranchProtectionMemberPermission`

use depots::Depot;
use depots::rules::Subject;
use depots::rules::branches;

use crate::prelude::*;

pub(super) struct ModifyBranchProtectionMemberPermission;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The pattern of the rule.
    branch_rule_name: String,
    /// The unique name of the user.
    user_global_key: String,
    /// Whether he may push without a merge request.
    allow_push: bool,
}

impl Action for ModifyBranchProtectionMemberPermission {
    const NAME: &'static str = "ModifyBranchProtectionMemberPermission";
    const SUMMARY: &'static str =
        "Lets a user on the list of a rule that protects branches push, or no longer.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        let rule = branches::by_pattern(call, &depot, &params.branch_rule_name).await?;
        let who = Subject::User(params.user_global_key);
        branches::change_member(call, &depot, rule.id, &who, params.allow_push).await?;
        Ok(Done {})
    }
}
