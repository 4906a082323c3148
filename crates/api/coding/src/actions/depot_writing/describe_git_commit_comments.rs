//! `DescribeGitCommitComments`

use depots::{Depot, comments};

use crate::prelude::*;
use crate::shapes::{CommitComment, PageInfo, Paging};

pub(super) struct DescribeGitCommitComments;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The commit, by its whole name.
    sha: String,
    #[serde(rename = "..")]
    paging: Paging,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The page.
    git_commit_comments: Comments,
}

/// A page of comments.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct Comments {
    /// The comments, the oldest first.
    commit_comments: Vec<CommitComment>,
    /// Which page this is, of how many.
    page: PageInfo,
}

impl Action for DescribeGitCommitComments {
    const NAME: &'static str = "DescribeGitCommitComments";
    const SUMMARY: &'static str = "Lists what is said of a commit.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("commit", "Sha")];
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let page = params.paging.request()?;
        let listed = comments::list(call, &depot, &params.sha, page).await?;
        let page = PageInfo::from(&listed);
        let shown = listed.items.into_iter().map(|it| CommitComment::new(depot.team, it));
        Ok(Answer { git_commit_comments: Comments { commit_comments: shown.collect(), page } })
    }
}
