//! `ModifyDepotDescription`

use depots::{Depot, DepotChange};

use crate::prelude::*;

pub(super) struct ModifyDepotDescription;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// What the depot is about; it may be empty.
    description: Option<String>,
}

impl Action for ModifyDepotDescription {
    const NAME: &'static str = "ModifyDepotDescription";
    const SUMMARY: &'static str = "Says what a depot is about.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        let description = Some(params.description.unwrap_or_default());
        depots::modify(call, &depot, DepotChange { description, ..Default::default() }).await?;
        Ok(Done {})
    }
}
