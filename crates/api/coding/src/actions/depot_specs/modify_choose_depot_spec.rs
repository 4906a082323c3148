//! `ModifyChooseDepotSpec`

use depots::Depot;
use depots::rules::specs;

use crate::prelude::*;
use crate::shapes::DepotSpecDetail;

pub(super) struct ModifyChooseDepotSpec;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The name of the specification; empty for none.
    depot_spec_name: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The specification; `null` for none.
    detail: Option<DepotSpecDetail>,
}

impl Action for ModifyChooseDepotSpec {
    const NAME: &'static str = "ModifyChooseDepotSpec";
    const SUMMARY: &'static str = "Has a depot follow a specification, or none.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Answer> {
        let spec = specs::choose(call, &depot, &params.depot_spec_name).await?;
        Ok(Answer { detail: spec.map(DepotSpecDetail::followed) })
    }
}
