//! `DescribeGitCommit`

use depots::Depot;

use crate::prelude::*;
use crate::shapes::CommitInfo;

pub(super) struct DescribeGitCommit;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The commit's name, also abbreviated.
    sha: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    git_commit: CommitInfo,
}

impl Action for DescribeGitCommit {
    const NAME: &'static str = "DescribeGitCommit";
    const SUMMARY: &'static str = "Reads a commit.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let commit = depots::read::read(call, &depot, move |repository, _| {
            repository.commit(repository.resolve(&params.sha)?)
        })
        .await?;
        Ok(Answer { git_commit: commit.into() })
    }
}
