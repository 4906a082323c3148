//! `ModifyBranchProtection`

use depots::Depot;
use depots::rules::branches::{self, BranchRuleChange};

use crate::prelude::*;
use crate::shapes::BranchProtection;

pub(super) struct ModifyBranchProtection;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The rule as it shall be; what is absent stays as it is.
    branch_protection: Wanted,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The rule as it is now.
    branch_protection: BranchProtection,
}

/// A rule as it shall be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Wanted {
    /// The number of the rule.
    branch_protection_id: i64,
    /// The names of the branches; `*` stands for any characters.
    rule: Option<String>,
    /// Whether nobody may rewrite history.
    deny_force_push: Option<bool>,
    /// Whether merge requests become one commit.
    force_squash: Option<bool>,
    /// How many people have to grant a merge request.
    required_grant_count: Option<i64>,
    /// Whether the checks of a merge request must have succeeded.
    required_status_check: Option<bool>,
    /// The branch that a merge request's source must be merged into before.
    src_must_merged_to: Option<String>,
    /// Whether the owners of changed files have to grant a merge request.
    required_code_owner_grant: Option<bool>,
}

impl Action for ModifyBranchProtection {
    const NAME: &'static str = "ModifyBranchProtection";
    const SUMMARY: &'static str = "Changes a rule that protects branches.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[
        ("pattern", "BranchProtection.Rule"),
        ("required_grants", "BranchProtection.RequiredGrantCount"),
        ("must_merge_to", "BranchProtection.SrcMustMergedTo"),
    ];
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Answer> {
        let wanted = params.branch_protection;
        let change = BranchRuleChange {
            pattern: wanted.rule,
            deny_force_push: wanted.deny_force_push,
            force_squash: wanted.force_squash,
            required_grants: wanted.required_grant_count,
            required_status: wanted.required_status_check,
            status_contexts: None,
            must_merge_to: wanted.src_must_merged_to,
            code_owners: wanted.required_code_owner_grant,
        };
        let rule = branches::modify(call, &depot, wanted.branch_protection_id, change).await?;
        Ok(Answer { branch_protection: BranchProtection::one(call, &depot, rule).await? })
    }
}
