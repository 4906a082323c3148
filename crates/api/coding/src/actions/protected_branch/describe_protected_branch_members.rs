//! `DescribeProtectedBranchMembers`

use depots::Depot;
use depots::rules::branches;

use crate::prelude::*;
use crate::shapes::ProtectedBranchMember;

pub(super) struct DescribeProtectedBranchMembers;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The name of the branch; without it, of all protected branches.
    branch_name: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The users, each once.
    members: Vec<ProtectedBranchMember>,
}

impl Action for DescribeProtectedBranchMembers {
    const NAME: &'static str = "DescribeProtectedBranchMembers";
    const SUMMARY: &'static str = "Lists the users whom the protection of a branch names.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let mut rules = branches::list(call, &depot).await?;
        if let Some(branch) = params.branch_name.as_deref().filter(|name| !name.is_empty()) {
            let rule = branches::protecting(&rules, branch).cloned();
            rules = vec![rule.ok_or_else(|| Error::not_found("protected branch"))?];
        }
        let mut members: Vec<ProtectedBranchMember> = Vec::new();
        for rule in rules {
            let named = branches::members(call, &depot, rule.id).await?;
            for member in named.into_iter().filter_map(ProtectedBranchMember::of) {
                ProtectedBranchMember::add(&mut members, member);
            }
        }
        Ok(Answer { members })
    }
}
