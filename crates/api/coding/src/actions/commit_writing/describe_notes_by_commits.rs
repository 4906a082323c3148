//! `DescribeNotesByCommits`

use depots::{Depot, notes};

use crate::prelude::*;

pub(super) struct DescribeNotesByCommits;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// Where the notes are kept; `refs/notes/commits` where it is left out.
    note_ref: Option<String>,
    /// The commits, by their whole names; at most 1000.
    commits: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The notes; commits without one are left out.
    notes: Vec<CommitNote>,
}

/// A note on a commit.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct CommitNote {
    /// The commit.
    commit_sha: String,
    /// What the note says.
    note_content: String,
}

impl Action for DescribeNotesByCommits {
    const NAME: &'static str = "DescribeNotesByCommits";
    const SUMMARY: &'static str = "Reads the notes on several commits.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("notes_ref", "NoteRef")];
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let place = params.note_ref.unwrap_or_default();
        let found = notes::of(call, &depot, &place, &params.commits).await?;
        let note = |(commit_sha, note): (String, Option<String>)| {
            note.map(|note_content| CommitNote { commit_sha, note_content })
        };
        Ok(Answer { notes: params.commits.into_iter().zip(found).filter_map(note).collect() })
    }
}
