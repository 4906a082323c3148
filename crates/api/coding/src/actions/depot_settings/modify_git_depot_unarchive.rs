//! `ModifyGitDepotUnarchive`

use depots::Depot;
use depots::rules;

use crate::prelude::*;

pub(super) struct ModifyGitDepotUnarchive;

impl Action for ModifyGitDepotUnarchive {
    const NAME: &'static str = "ModifyGitDepotUnarchive";
    const SUMMARY: &'static str = "Takes a depot out of the archive.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = NoParams;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, _: NoParams) -> Result<Done> {
        rules::set_archived(call, &depot, false).await?;
        Ok(Done {})
    }
}
