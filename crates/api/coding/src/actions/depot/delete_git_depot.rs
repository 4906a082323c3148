//! `DeleteGitDepot`

use depots::Depot;

use crate::prelude::*;

pub(super) struct DeleteGitDepot;

impl Action for DeleteGitDepot {
    const NAME: &'static str = "DeleteGitDepot";
    const SUMMARY: &'static str = "Deletes a depot with its history.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = NoParams;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, _: NoParams) -> Result<Done> {
        depots::delete(call, depot).await?;
        Ok(Done {})
    }
}
