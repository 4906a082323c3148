//! `DescribeMemberSshKey`

use base::UserId;
use identity::ssh_keys;

use crate::prelude::*;
use crate::shapes::SshKeyInfo;

pub(super) struct DescribeMemberSshKey;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The number of the member.
    member_user_id: i64,
    /// Only the key of this number.
    ssh_key_id: Option<i64>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The keys, the newest first.
    ssh_key_infos: Vec<SshKeyInfo>,
}

impl Action for DescribeMemberSshKey {
    const NAME: &'static str = "DescribeMemberSshKey";
    const SUMMARY: &'static str = "Lists the public SSH keys with which a member acts in the team.";
    const ACCESS: Access = Access::Reads(&[Scope::TeamAdmin]);
    type Needs = TeamAdmin;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, _: UserActor, params: Params) -> Result<Answer> {
        let keys = ssh_keys::list(call, UserId(params.member_user_id)).await?;
        Ok(Answer { ssh_key_infos: SshKeyInfo::wanted(call, keys, params.ssh_key_id) })
    }
}
