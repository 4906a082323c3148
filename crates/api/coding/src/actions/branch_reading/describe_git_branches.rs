//! `DescribeGitBranches`

use depots::Depot;
use git::RefQuery;

use crate::prelude::*;
use crate::shapes::{BranchInfo, Marks, Paging};

pub(super) struct DescribeGitBranches;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// Only branches whose name contains this; case does not matter.
    key_word: Option<String>,
    #[serde(rename = "..")]
    paging: Paging,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    branches: Vec<BranchInfo>,
    /// How many branches there are on all pages.
    total_count: usize,
}

impl Action for DescribeGitBranches {
    const NAME: &'static str = "DescribeGitBranches";
    const SUMMARY: &'static str = "Lists the branches by name, a page at a time.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let page = params.paging.request_of(10)?;
        let query = RefQuery {
            keyword: params.key_word.unwrap_or_default(),
            newest_first: false,
            skip: usize::try_from(page.skip()).unwrap_or(usize::MAX),
            limit: page.size() as usize,
        };
        let marks = Marks::of(call, &depot).await?;
        let (branches, total_count) = depots::read::read(call, &depot, move |repository, _| {
            let page = repository.branch_page(&query)?;
            let read = |branch| BranchInfo::read(repository, branch, &marks);
            let branches: git::Result<Vec<_>> = page.items.into_iter().map(read).collect();
            Ok((branches?, page.total))
        })
        .await?;
        Ok(Answer { branches, total_count })
    }
}
