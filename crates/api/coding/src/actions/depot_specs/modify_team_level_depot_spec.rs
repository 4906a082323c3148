//! `ModifyTeamLevelDepotSpec`

use depots::rules::specs;

use crate::prelude::*;
use crate::shapes::{DepotSpecDetail, DepotSpecParam, RuleParam, TypeParam};

pub(super) struct ModifyTeamLevelDepotSpec;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The specification as it shall be.
    param: Wanted,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The specification.
    detail: DepotSpecDetail,
    /// The new name, as it was asked for.
    re_name: String,
}

/// A specification as it shall be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Wanted {
    /// The name: of one that there is, to change it, or of a new one.
    name: String,
    /// The new name of one that there is.
    re_name: Option<String>,
    /// What it is about.
    description: Option<String>,
    /// Whether branches of no type may be made; `false` is the default.
    allow_push_wild_ref: Option<bool>,
    /// The types of branches.
    depot_branch_type_list: Option<Vec<TypeParam>>,
    /// What may be merged into what; empty for anything.
    depot_merge_request_rule_list: Option<Vec<RuleParam>>,
}

impl Action for ModifyTeamLevelDepotSpec {
    const NAME: &'static str = "ModifyTeamLevelDepotSpec";
    const SUMMARY: &'static str = "Makes or changes a specification of the team.";
    const ACCESS: Access = Access::Changes(&[Scope::TeamAdmin]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[
        ("title", "Param.Name"),
        ("rename", "Param.ReName"),
        ("description", "Param.Description"),
        ("types", "Param.DepotBranchTypeList"),
        ("directions", "Param.DepotMergeRequestRuleList"),
    ];
    type Needs = TeamAdmin;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, user: UserActor, params: Params) -> Result<Answer> {
        let wanted = params.param;
        let rename = wanted.re_name.unwrap_or_default();
        let description = wanted.description.as_deref();
        let content = DepotSpecParam {
            allow_push_wild_ref: wanted.allow_push_wild_ref,
            depot_branch_type_list: wanted.depot_branch_type_list,
            depot_merge_request_rule_list: wanted.depot_merge_request_rule_list,
        };
        let (team, name, content) = (user.team, &wanted.name, content.read());
        let spec = specs::save(call, team, name, &rename, description, content).await?;
        Ok(Answer { detail: DepotSpecDetail::new(spec, false), re_name: rename })
    }
}
