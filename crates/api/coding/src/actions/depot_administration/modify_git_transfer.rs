//! `ModifyGitTransfer`

use depots::Depot;
use projects::{ProjectId, ProjectKey};

use crate::prelude::*;

pub(super) struct ModifyGitTransfer;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The project that the depot moves to; one of the same team, in which the
    /// caller may make depots.
    target_project_id: i64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The path of the depot's page from now on. The old addresses lead there
    /// until another depot takes them.
    new_depot_path: String,
}

impl Action for ModifyGitTransfer {
    const NAME: &'static str = "ModifyGitTransfer";
    const SUMMARY: &'static str = "Moves a depot to another project of the team.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Answer> {
        let key = ProjectKey::Id(ProjectId(params.target_project_id));
        let target = projects::authorise::<Write>(call, key).await?;
        let moved = depots::transfer(call, &depot, &target).await?;
        Ok(Answer { new_depot_path: moved.web_url("") })
    }
}
