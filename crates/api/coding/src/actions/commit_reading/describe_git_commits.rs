//! `DescribeGitCommits`

use base::PageRequest;
use depots::Depot;
use git::LogQuery;

use crate::prelude::*;
use crate::shapes::{CommitInfo, DayEnd, seconds};

pub(super) struct DescribeGitCommits;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// A branch, a tag or a commit's name, also abbreviated; the default branch
    /// where it is left out.
    r#ref: Option<String>,
    /// Only commits that changed this file or folder.
    path: Option<String>,
    /// Only commits of this day or later: `2026-01-31`, with a time, or
    /// milliseconds.
    start_date: Option<String>,
    /// Only commits of this day or earlier.
    end_date: Option<String>,
    /// Only commits whose author's name or mail address contains this.
    author: Option<String>,
    /// Only commits whose message contains this.
    key_word: Option<String>,
    /// The page's number, from 1; the first where it is left out.
    page_number: Option<i64>,
    /// How many commits a page has, from 1 to 500; 10 where it is left out.
    page_size: Option<i64>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    commits: Vec<CommitInfo>,
}

impl Action for DescribeGitCommits {
    const NAME: &'static str = "DescribeGitCommits";
    const SUMMARY: &'static str =
        "Lists the commits in the history of a branch, tag or commit, newest first.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let size = params.page_size.unwrap_or(10);
        if !(1..=500).contains(&size) {
            return Err(Error::invalid("PageSize", "must be from 1 to 500"));
        }
        let number = params.page_number.unwrap_or(1);
        let page = PageRequest::numbered(number, size, ("PageNumber", "PageSize"))?;
        let query = LogQuery {
            path: params.path.unwrap_or_default(),
            author: params.author.unwrap_or_default(),
            keyword: params.key_word.unwrap_or_default(),
            since: seconds(params.start_date.as_deref(), "StartDate", DayEnd::First)?,
            until: seconds(params.end_date.as_deref(), "EndDate", DayEnd::Last)?,
            skip: usize::try_from(page.skip()).unwrap_or(usize::MAX),
            limit: usize::try_from(page.size()).unwrap_or(usize::MAX),
            ..LogQuery::default()
        };
        let revision = params.r#ref.unwrap_or_default();
        let found = depots::read::read(call, &depot, move |repository, cancel| {
            if revision.is_empty() && repository.head()?.commit.is_none() {
                return Ok(Vec::new());
            }
            let from = depots::read::resolve(repository, &revision)?;
            repository.history(from, &query, cancel)
        })
        .await?;
        Ok(Answer { commits: found.into_iter().map(|it| it.commit.into()).collect() })
    }
}
