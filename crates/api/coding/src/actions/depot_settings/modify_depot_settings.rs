//! `ModifyDepotSettings`

use depots::Depot;
use depots::rules::merging::{self, MergeSettingsChange};

use crate::prelude::*;

pub(super) struct ModifyDepotSettings;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// Whether the checks must have succeeded.
    depot_status_check_required: bool,
}

impl Action for ModifyDepotSettings {
    const NAME: &'static str = "ModifyDepotSettings";
    const SUMMARY: &'static str = "Says whether the checks of a merge request must have succeeded.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        let change = MergeSettingsChange {
            status_check: Some(params.depot_status_check_required),
            ..MergeSettingsChange::default()
        };
        merging::modify(call, &depot, change).await?;
        Ok(Done {})
    }
}
