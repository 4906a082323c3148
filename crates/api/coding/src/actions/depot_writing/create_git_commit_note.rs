//! `CreateGitCommitNote`

use depots::Depot;
use depots::notes::{self, NewNote};

use crate::prelude::*;

pub(super) struct CreateGitCommitNote;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The commit, by its whole name.
    commit_sha: String,
    /// What the note says. One that is there is replaced.
    note: String,
    /// The message of the commit that puts it there; Git's usual one where it
    /// is left out.
    commit_message: Option<String>,
    /// Where the note is kept, below `refs/notes/`; `refs/notes/commits`, which
    /// Git itself shows, where it is left out.
    notes_ref: Option<String>,
}

impl Action for CreateGitCommitNote {
    const NAME: &'static str = "CreateGitCommitNote";
    const SUMMARY: &'static str = "Puts a note on a commit.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] =
        &[("commit", "CommitSha"), ("message", "CommitMessage")];
    type Needs = OnDepot<Write>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Write>, params: Params) -> Result<Done> {
        let new = NewNote {
            commit: params.commit_sha,
            notes_ref: params.notes_ref.unwrap_or_default(),
            note: params.note,
            message: params.commit_message.unwrap_or_default(),
        };
        notes::set(call, &depot, new).await?;
        Ok(Done {})
    }
}
