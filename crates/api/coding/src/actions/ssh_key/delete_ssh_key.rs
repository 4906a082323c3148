//! `DeleteSshKey`

use identity::{SshKeyId, ssh_keys};

use crate::prelude::*;

pub(super) struct DeleteSshKey;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The number of the key.
    ssh_key_id: i64,
}

impl Action for DeleteSshKey {
    const NAME: &'static str = "DeleteSshKey";
    const SUMMARY: &'static str =
        "Removes a public SSH key of the caller; it opens nothing any more.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectKey]);
    type Needs = SignedIn;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, caller: UserActor, params: Params) -> Result<Done> {
        ssh_keys::delete(call, caller.id, SshKeyId(params.ssh_key_id)).await?;
        Ok(Done {})
    }
}
