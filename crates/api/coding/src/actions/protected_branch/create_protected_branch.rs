//! `CreateProtectedBranch`

use depots::Depot;
use depots::rules::branches;

use crate::prelude::*;

pub(super) struct CreateProtectedBranch;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The name of the branch.
    branch_name: String,
}

impl Action for CreateProtectedBranch {
    const NAME: &'static str = "CreateProtectedBranch";
    const SUMMARY: &'static str = "Protects a branch of a depot.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("pattern", "BranchName")];
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        if params.branch_name.contains('*') {
            return Err(Error::invalid("BranchName", "is not the name of a branch"));
        }
        branches::create(call, &depot, &params.branch_name).await?;
        Ok(Done {})
    }
}
