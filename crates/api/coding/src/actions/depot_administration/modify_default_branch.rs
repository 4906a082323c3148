//! `ModifyDefaultBranch`

use depots::{Depot, DepotChange};

use crate::prelude::*;

pub(super) struct ModifyDefaultBranch;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The branch; it must exist unless the depot is empty.
    branch_name: String,
}

impl Action for ModifyDefaultBranch {
    const NAME: &'static str = "ModifyDefaultBranch";
    const SUMMARY: &'static str = "Makes a branch the one that people see and clone first.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("default_branch", "BranchName")];
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        let default_branch = Some(params.branch_name);
        depots::modify(call, &depot, DepotChange { default_branch, ..Default::default() }).await?;
        Ok(Done {})
    }
}
