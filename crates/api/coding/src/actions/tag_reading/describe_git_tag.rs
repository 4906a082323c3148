//! `DescribeGitTag`

use depots::Depot;

use crate::prelude::*;
use crate::shapes::TagInfo;

pub(super) struct DescribeGitTag;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The tag's name.
    tag_name: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    git_tag: TagInfo,
}

impl Action for DescribeGitTag {
    const NAME: &'static str = "DescribeGitTag";
    const SUMMARY: &'static str = "Reads a tag.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let tag = depots::read::read(call, &depot, move |repository, _| {
            let Some(tag) = repository.tag(&params.tag_name)? else { return Ok(None) };
            TagInfo::read(repository, tag).map(Some)
        })
        .await?;
        let git_tag = tag.ok_or_else(|| Error::not_found("tag"))?;
        Ok(Answer { git_tag })
    }
}
