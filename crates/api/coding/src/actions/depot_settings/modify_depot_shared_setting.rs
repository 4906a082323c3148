//! `ModifyDepotSharedSetting`

use depots::{Depot, DepotChange};

use crate::prelude::*;

pub(super) struct ModifyDepotSharedSetting;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// Whether everybody who is signed in may read it.
    is_shared: bool,
}

impl Action for ModifyDepotSharedSetting {
    const NAME: &'static str = "ModifyDepotSharedSetting";
    const SUMMARY: &'static str = "Says whether everybody who is signed in may read a depot.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        let change = DepotChange { shared: Some(params.is_shared), ..DepotChange::default() };
        depots::modify(call, &depot, change).await?;
        Ok(Done {})
    }
}
