//! `DescribeCommitRefs`

use depots::Depot;

use crate::prelude::*;
use crate::shapes::{HeldBy, TypedRef};

pub(super) struct DescribeCommitRefs;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The branches, then the tags, by name.
    commit_refs: Vec<TypedRef>,
}

impl Action for DescribeCommitRefs {
    const NAME: &'static str = "DescribeCommitRefs";
    const SUMMARY: &'static str = "Lists the branches and tags whose history holds a commit.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = HeldBy;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: HeldBy) -> Result<Answer> {
        Ok(Answer { commit_refs: params.find(call, &depot).await? })
    }
}
