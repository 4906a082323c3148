//! `CreateGitCommitComment`

use depots::Depot;
use depots::comments::{self, NewComment};

use crate::prelude::*;
use crate::shapes::CommitComment;

pub(super) struct CreateGitCommitComment;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The commit, by its whole name.
    sha: String,
    /// The file that it is about; left out for the commit as a whole.
    path: Option<String>,
    /// The line of the file's diff, from 1; left out for the file as a whole.
    index: Option<i64>,
    /// What it says.
    content: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The comment.
    comment: CommitComment,
}

impl Action for CreateGitCommitComment {
    const NAME: &'static str = "CreateGitCommitComment";
    const SUMMARY: &'static str = "Says something about a commit or a line of its diff.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("commit", "Sha"), ("line", "Index")];
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let new = NewComment {
            commit: params.sha,
            path: params.path.unwrap_or_default(),
            line: params.index.unwrap_or_default(),
            content: params.content,
        };
        let comment = comments::create(call, &depot, new).await?;
        Ok(Answer { comment: CommitComment::new(depot.team, comment) })
    }
}
