//! `DescribeSshKey`

use identity::ssh_keys;

use crate::prelude::*;
use crate::shapes::SshKeyInfo;

pub(super) struct DescribeSshKey;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// Only the key of this number.
    ssh_key_id: Option<i64>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The keys, the newest first.
    ssh_key_infos: Vec<SshKeyInfo>,
}

impl Action for DescribeSshKey {
    const NAME: &'static str = "DescribeSshKey";
    const SUMMARY: &'static str = "Lists the public SSH keys of the caller.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectKey]);
    type Needs = SignedIn;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, caller: UserActor, params: Params) -> Result<Answer> {
        let keys = ssh_keys::list(call, caller.id).await?;
        Ok(Answer { ssh_key_infos: SshKeyInfo::wanted(call, keys, params.ssh_key_id) })
    }
}
