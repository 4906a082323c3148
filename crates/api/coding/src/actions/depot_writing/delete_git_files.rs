//! `DeleteGitFiles`

use depots::Depot;
use depots::commits::{self, FileEdit, FilesChange};

use crate::prelude::*;
use crate::shapes::CommitInfo;

pub(super) struct DeleteGitFiles;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The commit's message.
    commit_message: String,
    /// The branch, by its name; `HEAD` means the default branch.
    r#ref: String,
    /// The paths of the files; all of them must be there.
    paths: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The commit that was made.
    git_commit: CommitInfo,
}

impl Action for DeleteGitFiles {
    const NAME: &'static str = "DeleteGitFiles";
    const SUMMARY: &'static str = "Removes files in one commit, all or none.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] =
        &[("branch", "Ref"), ("files", "Paths"), ("message", "CommitMessage")];
    type Needs = OnDepot<Write>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Write>, params: Params) -> Result<Answer> {
        let change = FilesChange {
            branch: params.r#ref,
            message: params.commit_message,
            files: params.paths.into_iter().map(|path| FileEdit::DeleteFile { path }).collect(),
            ..FilesChange::default()
        };
        let made = commits::change_files(call, &depot, change).await.map_err(of_paths)?;
        Ok(Answer { git_commit: made.into() })
    }
}

/// The paths are all that is told of the files.
fn of_paths(error: Error) -> Error {
    match error {
        Error::Invalid { field, why } => match field.strip_suffix(".path") {
            Some(file) => Error::invalid(file.to_owned(), why),
            None => Error::Invalid { field, why },
        },
        other => other,
    }
}
