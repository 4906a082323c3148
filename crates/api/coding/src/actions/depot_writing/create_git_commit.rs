//! `CreateGitCommit`

use depots::Depot;
use depots::commits::{self, FileEdit, FilesChange};

use crate::prelude::*;
use crate::shapes::{CommitInfo, decoded};

pub(super) struct CreateGitCommit;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The commit that the branch is believed to be at. When it is at another
    /// by now, nothing happens.
    last_commit_sha: Option<String>,
    /// The branch, by its name; `HEAD` means the default branch.
    r#ref: String,
    /// A branch to be made for the commit, where it is not to go on `Ref`.
    new_ref: Option<String>,
    /// The commit's message.
    message: String,
    /// The files, in the order in which they are to be changed.
    commit_files: Vec<CommitFile>,
}

/// A file to be written, moved or removed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct CommitFile {
    /// The path from the root of the depot.
    path: String,
    /// The path that a file that is renamed is to have.
    new_path: Option<String>,
    /// What it is to hold. A file that is renamed keeps what it holds where
    /// this is empty.
    content: Option<String>,
    /// `ENCODING_RAW`, which is the default, or `ENCODING_BASE64`.
    content_encoding: Option<String>,
    /// Whether it is to be gone.
    want_delete: Option<bool>,
    /// Whether it is to have the path `NewPath`.
    want_rename: Option<bool>,
}

impl CommitFile {
    fn edit(self, index: usize) -> Result<FileEdit> {
        let field = |name: &str| format!("files.{index}.{name}");
        let content = match (self.content, self.content_encoding.as_deref()) {
            (content, None | Some("" | "ENCODING_RAW")) => content.map(String::into_bytes),
            (None, Some("ENCODING_BASE64")) => None,
            (Some(content), Some("ENCODING_BASE64")) => Some(decoded(index, &content)?),
            _ => {
                return Err(Error::invalid(
                    field("content_encoding"),
                    "must be ENCODING_RAW or ENCODING_BASE64",
                ));
            }
        };
        let path = self.path;
        match (self.want_delete.unwrap_or_default(), self.want_rename.unwrap_or_default()) {
            (true, true) => {
                Err(Error::invalid(field("want_rename"), "and WantDelete exclude each other"))
            }
            (true, false) => Ok(FileEdit::DeleteFile { path }),
            (false, true) => {
                let to = self.new_path.filter(|to| !to.is_empty());
                let to = to.ok_or_else(|| Error::missing(field("new_path")))?;
                Ok(FileEdit::Move { path, to, data: content.filter(|data| !data.is_empty()) })
            }
            (false, false) => Ok(FileEdit::Put { path, data: content.unwrap_or_default() }),
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The commit that was made.
    git_commit: CommitInfo,
}

impl Action for CreateGitCommit {
    const NAME: &'static str = "CreateGitCommit";
    const SUMMARY: &'static str = "Writes, moves and removes files in one commit, all or none.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[
        ("branch", "Ref"),
        ("new_branch", "NewRef"),
        ("expected", "LastCommitSha"),
        ("files", "CommitFiles"),
    ];
    type Needs = OnDepot<Write>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Write>, params: Params) -> Result<Answer> {
        let files = params.commit_files.into_iter().enumerate();
        let change = FilesChange {
            branch: params.r#ref,
            new_branch: params.new_ref,
            expected: params.last_commit_sha,
            message: params.message,
            files: files.map(|(index, file)| file.edit(index)).collect::<Result<_>>()?,
            author: None,
        };
        let made = commits::change_files(call, &depot, change).await?;
        Ok(Answer { git_commit: made.into() })
    }
}
