//! `DescribeGitTags`

use base::PageRequest;
use depots::Depot;
use git::RefQuery;

use crate::prelude::*;
use crate::shapes::{MOST_REFS, TagInfo};

pub(super) struct DescribeGitTags;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// Only tags whose name contains this; case does not matter.
    key_word: Option<String>,
    /// The page's number, from 1; the first where it is left out.
    page: Option<i64>,
    /// How many tags a page has, from 1 to 1000; where neither this nor `Page`
    /// is given, all of them come, up to 10,000.
    page_size: Option<i64>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    git_tags: Vec<TagInfo>,
    /// How many tags there are on all pages.
    total_count: usize,
}

impl Action for DescribeGitTags {
    const NAME: &'static str = "DescribeGitTags";
    const SUMMARY: &'static str = "Lists the tags by name, whole or by page.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let (skip, limit) = match (params.page, params.page_size) {
            (None, None) => (0, MOST_REFS),
            (number, size) => {
                let names = ("Page", "PageSize");
                let page = PageRequest::numbered(number.unwrap_or(1), size.unwrap_or(10), names)?;
                (usize::try_from(page.skip()).unwrap_or(usize::MAX), page.size() as usize)
            }
        };
        let keyword = params.key_word.unwrap_or_default();
        let query = RefQuery { keyword, newest_first: false, skip, limit };
        let (git_tags, total_count) = depots::read::read(call, &depot, move |repository, _| {
            let page = repository.tag_page(&query)?;
            let tags: git::Result<Vec<TagInfo>> =
                page.items.into_iter().map(|tag| TagInfo::read(repository, tag)).collect();
            Ok((tags?, page.total))
        })
        .await?;
        if limit == MOST_REFS && total_count > MOST_REFS {
            return Err(Error::limit("there are more than 10000 tags; ask for them by page"));
        }
        Ok(Answer { git_tags, total_count })
    }
}
