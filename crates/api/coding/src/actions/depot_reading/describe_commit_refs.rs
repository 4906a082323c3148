//! `DescribeCommitRefs`

use depots::Depot;

use crate::prelude::*;
use crate::shapes::{MOST_REFS, TypedRef, kinds, typed};

pub(super) struct DescribeCommitRefs;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The commit's name, also abbreviated.
    sha: String,
    /// `branch`, `tag`, or `all`, which is the default.
    r#type: Option<String>,
}

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
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let kinds = kinds(params.r#type.as_deref())?;
        let refs = depots::read::read(call, &depot, move |repository, cancel| {
            let commit = repository.resolve(&params.sha)?;
            repository.refs_holding(commit, kinds, MOST_REFS + 1, cancel)
        })
        .await?;
        Ok(Answer { commit_refs: typed(refs)? })
    }
}
