//! `ModifyGitFiles`

use depots::Depot;
use depots::commits::{self, FileEdit, FilesChange};

use crate::prelude::*;
use crate::shapes::{CommitInfo, GitFile};

pub(super) struct ModifyGitFiles;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The branch, by its name; `HEAD` means the default branch.
    r#ref: String,
    /// A branch to be made for the commit, where it is not to go on `Ref`.
    new_ref: Option<String>,
    /// The commit that the branch is believed to be at. When it is at another
    /// by now, nothing happens.
    last_commit_sha: Option<String>,
    /// The commit's message.
    message: String,
    /// The files; all of them must be there. They keep their modes.
    git_files: Vec<GitFile>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The commit that was made.
    git_commit: CommitInfo,
}

impl Action for ModifyGitFiles {
    const NAME: &'static str = "ModifyGitFiles";
    const SUMMARY: &'static str =
        "Commits changes of files, all or none; files may get another path.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[
        ("branch", "Ref"),
        ("new_branch", "NewRef"),
        ("expected", "LastCommitSha"),
        ("files", "GitFiles"),
    ];
    type Needs = OnDepot<Write>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Write>, params: Params) -> Result<Answer> {
        let modify = |(index, file): (usize, GitFile)| match (file.target(), file.content) {
            (Some(to), content) => {
                Ok(FileEdit::Move { path: file.path, to, data: content.map(String::into_bytes) })
            }
            (None, Some(content)) => {
                Ok(FileEdit::Modify { path: file.path, data: content.into_bytes() })
            }
            (None, None) => Err(Error::missing(format!("files.{index}.content"))),
        };
        let files = params.git_files.into_iter().enumerate().map(modify);
        let files = files.collect::<Result<_>>()?;
        let change = FilesChange {
            branch: params.r#ref,
            new_branch: params.new_ref,
            expected: params.last_commit_sha,
            message: params.message,
            files,
            author: None,
        };
        let made = commits::change_files(call, &depot, change).await?;
        Ok(Answer { git_commit: made.into() })
    }
}
