//! `DeleteGitMergedBranches`

use depots::{Depot, branches};

use crate::prelude::*;

pub(super) struct DeleteGitMergedBranches;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The branches that are gone.
    deleted_branches: Vec<String>,
    /// Merged branches that a rule keeps.
    kept_branches: Vec<String>,
}

impl Action for DeleteGitMergedBranches {
    const NAME: &'static str = "DeleteGitMergedBranches";
    const SUMMARY: &'static str =
        "Removes the branches that are merged into the default one and not protected.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Write>;
    type Params = NoParams;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Write>, _: NoParams) -> Result<Answer> {
        let done = branches::delete_merged(call, &depot).await?;
        Ok(Answer { deleted_branches: done.removed, kept_branches: done.kept })
    }
}
