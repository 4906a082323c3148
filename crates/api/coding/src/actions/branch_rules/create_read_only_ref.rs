//! `CreateReadOnlyRef`

use depots::Depot;
use depots::rules::refs;

use crate::prelude::*;

pub(super) struct CreateReadOnlyRef;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The name of a branch or of a tag, the full name of a ref, or the name of a
    /// commit, which is then kept by a read-only ref of its own.
    ref_name: String,
}

impl Action for CreateReadOnlyRef {
    const NAME: &'static str = "CreateReadOnlyRef";
    const SUMMARY: &'static str = "Makes a ref of a depot read-only.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        refs::make_read_only(call, &depot, &params.ref_name).await?;
        Ok(Done {})
    }
}
