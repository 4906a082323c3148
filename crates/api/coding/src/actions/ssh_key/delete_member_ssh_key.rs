//! `DeleteMemberSshKey`

use base::UserId;
use identity::{SshKeyId, ssh_keys};

use crate::prelude::*;

pub(super) struct DeleteMemberSshKey;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The number of the member.
    member_user_id: i64,
    /// The number of the key.
    ssh_key_id: i64,
}

impl Action for DeleteMemberSshKey {
    const NAME: &'static str = "DeleteMemberSshKey";
    const SUMMARY: &'static str =
        "Removes a public SSH key of a member; it opens nothing any more.";
    const ACCESS: Access = Access::Changes(&[Scope::TeamAdmin]);
    type Needs = TeamAdmin;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, _: UserActor, params: Params) -> Result<Done> {
        let (member, key) = (UserId(params.member_user_id), SshKeyId(params.ssh_key_id));
        ssh_keys::delete(call, member, key).await?;
        Ok(Done {})
    }
}
