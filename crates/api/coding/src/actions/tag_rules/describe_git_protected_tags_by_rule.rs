//! `DescribeGitProtectedTagsByRule`

use depots::Depot;
use depots::rules::refs;

use crate::prelude::*;
use crate::shapes::ProtectedGitTag;

pub(super) struct DescribeGitProtectedTagsByRule;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The pattern of the rule.
    rule: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The tags by name, at most 1,000.
    git_tags: Vec<ProtectedGitTag>,
}

impl Action for DescribeGitProtectedTagsByRule {
    const NAME: &'static str = "DescribeGitProtectedTagsByRule";
    const SUMMARY: &'static str = "Lists the tags of a depot that one rule protects.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let tags = refs::protected_tags(call, &depot, Some(&params.rule)).await?;
        Ok(Answer { git_tags: tags.into_iter().map(ProtectedGitTag::from).collect() })
    }
}
