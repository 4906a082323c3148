//! `DeleteGitBranch`

use depots::{Depot, branches};

use crate::prelude::*;

pub(super) struct DeleteGitBranch;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The branch's name; the default branch cannot be removed.
    branch_name: String,
}

impl Action for DeleteGitBranch {
    const NAME: &'static str = "DeleteGitBranch";
    const SUMMARY: &'static str = "Removes a branch.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("name", "BranchName")];
    type Needs = OnDepot<Write>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Write>, params: Params) -> Result<Done> {
        branches::delete(call, &depot, &params.branch_name).await?;
        Ok(Done {})
    }
}
