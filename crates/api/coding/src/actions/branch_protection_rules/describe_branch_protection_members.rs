//! `DescribeBranchProtectionMembers`

use depots::Depot;
use depots::rules::branches;

use crate::prelude::*;
use crate::shapes::BranchProtectionMember;

pub(super) struct DescribeBranchProtectionMembers;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The number of the rule.
    branch_protection_id: i64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The users; roles and deploy keys that the rule names are not among them.
    members: Vec<BranchProtectionMember>,
}

impl Action for DescribeBranchProtectionMembers {
    const NAME: &'static str = "DescribeBranchProtectionMembers";
    const SUMMARY: &'static str = "Lists the users whom a rule that protects branches names.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let members = branches::members(call, &depot, params.branch_protection_id).await?;
        Ok(Answer { members: members.into_iter().filter_map(BranchProtectionMember::of).collect() })
    }
}
