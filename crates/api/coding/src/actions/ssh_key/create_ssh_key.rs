//! `CreateSshKey`

use identity::ssh_keys;

use crate::prelude::*;
use crate::shapes::{NewKey, SshKeyInfo};

pub(super) struct CreateSshKey;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    #[serde(rename = "..")]
    key: NewKey,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The key.
    ssh_key_info: SshKeyInfo,
}

impl Action for CreateSshKey {
    const NAME: &'static str = "CreateSshKey";
    const SUMMARY: &'static str = "Adds a public SSH key of the caller.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectKey]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("expires_at", "ExpirationDate")];
    type Needs = SignedIn;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, caller: UserActor, params: Params) -> Result<Answer> {
        let key = ssh_keys::create(call, caller.id, params.key.read()?).await?;
        Ok(Answer { ssh_key_info: SshKeyInfo::new(call, key) })
    }
}
