//! `DeleteTeamLevelDepotSpec`

use depots::rules::specs;

use crate::prelude::*;

pub(super) struct DeleteTeamLevelDepotSpec;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The name of the specification.
    depot_spec_name: String,
}

impl Action for DeleteTeamLevelDepotSpec {
    const NAME: &'static str = "DeleteTeamLevelDepotSpec";
    const SUMMARY: &'static str = "Deletes a specification of the team that no depot follows.";
    const ACCESS: Access = Access::Changes(&[Scope::TeamAdmin]);
    type Needs = TeamAdmin;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, user: UserActor, params: Params) -> Result<Done> {
        specs::delete(call, user.team, &params.depot_spec_name).await?;
        Ok(Done {})
    }
}
