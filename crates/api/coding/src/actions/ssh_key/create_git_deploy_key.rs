//! `CreateGitDeployKey`

use depots::{Depot, keys};

use crate::prelude::*;
use crate::shapes::NewKey;

pub(super) struct CreateGitDeployKey;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    #[serde(rename = "..")]
    key: NewKey,
    /// Whether it may push; `false` is the default.
    allow_write: Option<bool>,
}

impl Action for CreateGitDeployKey {
    const NAME: &'static str = "CreateGitDeployKey";
    const SUMMARY: &'static str = "Adds an SSH key with which a machine may use one depot.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectKey]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("expires_at", "ExpirationDate")];
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        let may_write = params.allow_write.unwrap_or_default();
        keys::create(call, &depot, params.key.read()?, may_write).await?;
        Ok(Done {})
    }
}
