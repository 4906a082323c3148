//! `DescribeGitCommitNote`

use depots::{Depot, notes};

use crate::prelude::*;

pub(super) struct DescribeGitCommitNote;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The commit, by its whole name.
    commit_sha: String,
    /// Where the note is kept; `refs/notes/commits` where it is left out.
    notes_ref: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The note; empty where there is none.
    commit_note: String,
}

impl Action for DescribeGitCommitNote {
    const NAME: &'static str = "DescribeGitCommitNote";
    const SUMMARY: &'static str = "Reads the note on a commit.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("commits.0", "CommitSha")];
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let place = params.notes_ref.unwrap_or_default();
        let notes = notes::of(call, &depot, &place, &[params.commit_sha]).await?;
        Ok(Answer { commit_note: notes.into_iter().flatten().next().unwrap_or_default() })
    }
}
