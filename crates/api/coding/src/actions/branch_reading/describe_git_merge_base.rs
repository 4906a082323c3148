//! `DescribeGitMergeBase`

use depots::Depot;

use crate::prelude::*;
use crate::shapes::CommitInfo;

pub(super) struct DescribeGitMergeBase;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// A branch, a tag or a commit's name.
    src_ref: String,
    /// Another one.
    dest_ref: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The commit; null where they have none in common.
    commit: Option<CommitInfo>,
}

impl Action for DescribeGitMergeBase {
    const NAME: &'static str = "DescribeGitMergeBase";
    const SUMMARY: &'static str = "Finds the best commit that two branches have in common.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let base = depots::read::read(call, &depot, move |repository, _| {
            let one = repository.resolve(&params.src_ref)?;
            let two = repository.resolve(&params.dest_ref)?;
            let base = repository.merge_base(one, two)?;
            base.map(|id| repository.commit(id)).transpose()
        })
        .await?;
        Ok(Answer { commit: base.map(CommitInfo::from) })
    }
}
