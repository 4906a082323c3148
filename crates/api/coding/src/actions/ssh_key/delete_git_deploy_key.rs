//! `DeleteGitDeployKey`

use depots::{Depot, keys};
use identity::SshKeyId;

use crate::prelude::*;

pub(super) struct DeleteGitDeployKey;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The number of the key.
    deploy_key_id: i64,
}

impl Action for DeleteGitDeployKey {
    const NAME: &'static str = "DeleteGitDeployKey";
    const SUMMARY: &'static str = "Removes a deploy key of a depot; it opens nothing any more.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectKey]);
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        keys::delete(call, &depot, SshKeyId(params.deploy_key_id)).await?;
        Ok(Done {})
    }
}
