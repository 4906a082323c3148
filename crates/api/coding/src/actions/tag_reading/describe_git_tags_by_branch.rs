//! `DescribeGitTagsByBranch`

use depots::Depot;

use crate::prelude::*;
use crate::shapes::MOST_REFS;

pub(super) struct DescribeGitTagsByBranch;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The branch.
    branch: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The names of the tags, by name.
    tags: Vec<String>,
}

impl Action for DescribeGitTagsByBranch {
    const NAME: &'static str = "DescribeGitTagsByBranch";
    const SUMMARY: &'static str = "Lists the tags on commits of a branch.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let tags = depots::read::read(call, &depot, move |repository, cancel| {
            let name = format!("refs/heads/{}", params.branch);
            let missing = || git::Error::NotFound(format!("branch {:?}", params.branch));
            let tip = repository.reference(&name)?.ok_or_else(missing)?;
            repository.tags_within(tip, MOST_REFS + 1, cancel)
        })
        .await?;
        if tags.len() > MOST_REFS {
            return Err(Error::limit("there are more than 10000 tags"));
        }
        Ok(Answer { tags })
    }
}
