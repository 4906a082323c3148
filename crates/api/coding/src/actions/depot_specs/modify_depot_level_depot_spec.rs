//! `ModifyDepotLevelDepotSpec`

use depots::Depot;
use depots::rules::specs;

use crate::prelude::*;
use crate::shapes::{DepotSpecDetail, DepotSpecParam};

pub(super) struct ModifyDepotLevelDepotSpec;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The specification as it shall be.
    param: DepotSpecParam,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The specification.
    detail: DepotSpecDetail,
}

impl Action for ModifyDepotLevelDepotSpec {
    const NAME: &'static str = "ModifyDepotLevelDepotSpec";
    const SUMMARY: &'static str = "Gives a depot a specification of its own, or changes it.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[
        ("types", "Param.DepotBranchTypeList"),
        ("directions", "Param.DepotMergeRequestRuleList"),
    ];
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Answer> {
        let spec = specs::save_own(call, &depot, params.param.read()).await?;
        Ok(Answer { detail: DepotSpecDetail::followed(spec) })
    }
}
