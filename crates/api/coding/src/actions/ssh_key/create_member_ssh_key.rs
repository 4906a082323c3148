//! `CreateMemberSshKey`

use base::UserId;
use identity::ssh_keys;

use crate::prelude::*;
use crate::shapes::{NewKey, SshKeyInfo};

pub(super) struct CreateMemberSshKey;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The number of the member.
    member_user_id: i64,
    #[serde(rename = "..")]
    key: NewKey,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The key.
    ssh_key_info: SshKeyInfo,
}

impl Action for CreateMemberSshKey {
    const NAME: &'static str = "CreateMemberSshKey";
    const SUMMARY: &'static str =
        "Adds a public SSH key of a member; it acts in the caller's team only.";
    const ACCESS: Access = Access::Changes(&[Scope::TeamAdmin]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("expires_at", "ExpirationDate")];
    type Needs = TeamAdmin;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, _: UserActor, params: Params) -> Result<Answer> {
        let member = UserId(params.member_user_id);
        let key = ssh_keys::create(call, member, params.key.read()?).await?;
        Ok(Answer { ssh_key_info: SshKeyInfo::new(call, key) })
    }
}
