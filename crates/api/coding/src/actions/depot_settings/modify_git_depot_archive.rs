//! `ModifyGitDepotArchive`

use depots::Depot;
use depots::rules;

use crate::prelude::*;

pub(super) struct ModifyGitDepotArchive;

impl Action for ModifyGitDepotArchive {
    const NAME: &'static str = "ModifyGitDepotArchive";
    const SUMMARY: &'static str =
        "Puts a depot into the archive: it is read and no longer changed.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = NoParams;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, _: NoParams) -> Result<Done> {
        rules::set_archived(call, &depot, true).await?;
        Ok(Done {})
    }
}
