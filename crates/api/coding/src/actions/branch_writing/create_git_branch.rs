//! `CreateGitBranch`

use depots::{Depot, branches};

use crate::prelude::*;

pub(super) struct CreateGitBranch;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The new branch's name.
    branch_name: String,
    /// Where it is to be: a branch, a tag, a commit or any other revision; at
    /// the default branch where it is left out.
    start_point: Option<String>,
}

impl Action for CreateGitBranch {
    const NAME: &'static str = "CreateGitBranch";
    const SUMMARY: &'static str = "Makes a branch.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("name", "BranchName")];
    type Needs = OnDepot<Write>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Write>, params: Params) -> Result<Done> {
        let start = params.start_point.unwrap_or_default();
        branches::create(call, &depot, &params.branch_name, &start).await?;
        Ok(Done {})
    }
}
