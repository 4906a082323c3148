//! `ModifyDepotName`

use depots::{Depot, DepotChange};

use crate::prelude::*;
use crate::shapes::DepotInfo;

pub(super) struct ModifyDepotName;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The new name: letters, digits, `.`, `_` and `-`. The old addresses lead
    /// to the depot until another one takes its old name.
    depot_name: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    depot_info: DepotInfo,
}

impl Action for ModifyDepotName {
    const NAME: &'static str = "ModifyDepotName";
    const SUMMARY: &'static str = "Gives a depot another name.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("name", "DepotName")];
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Answer> {
        let change = DepotChange { name: Some(params.depot_name), ..Default::default() };
        let depot = depots::modify(call, &depot, change).await?;
        Ok(Answer { depot_info: DepotInfo::new(call, depot) })
    }
}
