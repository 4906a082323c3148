//! `DeleteGitRelease`

use depots::Depot;
use depots::releases;

use super::shape::find;
use crate::prelude::*;

pub(super) struct DeleteGitRelease;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The tag that the release is about; it stays.
    tag_name: String,
}

impl Action for DeleteGitRelease {
    const NAME: &'static str = "DeleteGitRelease";
    const SUMMARY: &'static str = "Deletes the release about a tag; the tag stays.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Write>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Write>, params: Params) -> Result<Done> {
        let release = find(call, &depot, None, Some(&params.tag_name)).await?;
        releases::delete(call, &depot, release.number).await?;
        Ok(Done {})
    }
}
