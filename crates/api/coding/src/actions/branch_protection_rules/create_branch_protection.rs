//! `CreateBranchProtection`

use depots::Depot;
use depots::rules::branches;

use crate::prelude::*;

pub(super) struct CreateBranchProtection;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The names of the branches; `*` stands for any characters.
    rule: String,
}

impl Action for CreateBranchProtection {
    const NAME: &'static str = "CreateBranchProtection";
    const SUMMARY: &'static str = "Protects the branches of a depot whose names match a pattern.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("pattern", "Rule")];
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        branches::create(call, &depot, &params.rule).await?;
        Ok(Done {})
    }
}
