//! `CreateProtectedBranchMember`

use depots::Depot;
use depots::rules::Subject;
use depots::rules::branches;

use crate::prelude::*;

pub(super) struct CreateProtectedBranchMember;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The name of the branch; a rule must protect it by this name.
    branch_name: String,
    /// The unique name of the user.
    global_key: String,
}

impl Action for CreateProtectedBranchMember {
    const NAME: &'static str = "CreateProtectedBranchMember";
    const SUMMARY: &'static str = "Lets a user push to a protected branch.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        let rule = branches::by_pattern(call, &depot, &params.branch_name).await?;
        let who = Subject::User(params.global_key);
        branches::add_member(call, &depot, rule.id, &who, true).await?;
        Ok(Done {})
    }
}
