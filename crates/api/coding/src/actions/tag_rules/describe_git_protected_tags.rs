//! `DescribeGitProtectedTags`

use depots::Depot;
use depots::rules::refs;

use crate::prelude::*;
use crate::shapes::ProtectedGitTag;

pub(super) struct DescribeGitProtectedTags;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The tags by name, at most 1,000.
    git_tags: Vec<ProtectedGitTag>,
}

impl Action for DescribeGitProtectedTags {
    const NAME: &'static str = "DescribeGitProtectedTags";
    const SUMMARY: &'static str = "Lists the protected tags of a depot.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = NoParams;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, _: NoParams) -> Result<Answer> {
        let tags = refs::protected_tags(call, &depot, None).await?;
        Ok(Answer { git_tags: tags.into_iter().map(ProtectedGitTag::from).collect() })
    }
}
