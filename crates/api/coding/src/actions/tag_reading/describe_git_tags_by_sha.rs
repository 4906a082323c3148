//! `DescribeGitTagsBySha`

use depots::Depot;
use git::RefKind;

use crate::prelude::*;
use crate::shapes::{MOST_REFS, TagInfo};

pub(super) struct DescribeGitTagsBySha;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The commit's name, also abbreviated.
    sha: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    git_tags: Vec<TagInfo>,
}

impl Action for DescribeGitTagsBySha {
    const NAME: &'static str = "DescribeGitTagsBySha";
    const SUMMARY: &'static str = "Lists the tags whose history holds a commit.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let git_tags = depots::read::read(call, &depot, move |repository, cancel| {
            let commit = repository.resolve(&params.sha)?;
            let names = repository.refs_holding(commit, &[RefKind::Tag], MOST_REFS, cancel)?;
            let mut tags = Vec::with_capacity(names.len());
            for name in names {
                let name = name.strip_prefix(RefKind::Tag.prefix()).unwrap_or(&name);
                if let Some(tag) = repository.tag(name)? {
                    tags.push(TagInfo::read(repository, tag)?);
                }
            }
            Ok(tags)
        })
        .await?;
        if git_tags.len() >= MOST_REFS {
            return Err(Error::limit("10000 tags or more hold the commit"));
        }
        Ok(Answer { git_tags })
    }
}
