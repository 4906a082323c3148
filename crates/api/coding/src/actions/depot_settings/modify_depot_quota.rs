//! `ModifyDepotQuota`

use depots::Depot;
use depots::rules;

use crate::prelude::*;
use crate::shapes::bytes_of;

pub(super) struct ModifyDepotQuota;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// How much, in GB of 1,073,741,824 bytes, as `0.9`; empty for any.
    depot_quota_size: String,
}

impl Action for ModifyDepotQuota {
    const NAME: &'static str = "ModifyDepotQuota";
    const SUMMARY: &'static str = "Sets how much room a depot may take.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("quota", "DepotQuotaSize")];
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        let bytes = bytes_of("quota", &params.depot_quota_size, 1 << 30)?;
        rules::set_quota(call, &depot, bytes).await?;
        Ok(Done {})
    }
}
