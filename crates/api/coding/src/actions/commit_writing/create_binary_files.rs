//! `CreateBinaryFiles`

use base::UserId;
use depots::Depot;
use depots::commits::{self, FileEdit, FilesChange, Mode};

use crate::prelude::*;
use crate::shapes::{CommitInfo, GitFile, decoded};

pub(super) struct CreateBinaryFiles;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The member of the team who is to be the author; the caller commits.
    user_id: Option<i64>,
    /// The branch that the files are added to.
    src_ref: String,
    /// The branch for the commit: the same, or one to be made.
    dest_ref: Option<String>,
    /// The commit's message.
    message: String,
    /// The commit that `SrcRef` is believed to be at. When it is at another by
    /// now, nothing happens.
    last_commit_sha: Option<String>,
    /// The files, their contents in Base64; none of them may be there yet.
    git_files: Vec<GitFile>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The commit that was made.
    git_commit: CommitInfo,
}

impl Action for CreateBinaryFiles {
    const NAME: &'static str = "CreateBinaryFiles";
    const SUMMARY: &'static str = "Commits new files of any content, all or none.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[
        ("branch", "SrcRef"),
        ("new_branch", "DestRef"),
        ("expected", "LastCommitSha"),
        ("files", "GitFiles"),
        ("author", "UserId"),
    ];
    type Needs = OnDepot<Write>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Write>, params: Params) -> Result<Answer> {
        let create = |(index, file): (usize, GitFile)| {
            let data = decoded(index, &file.content.unwrap_or_default())?;
            Ok(FileEdit::Create { path: file.path, data, mode: Mode::File })
        };
        let files = params.git_files.into_iter().enumerate().map(create);
        let change = FilesChange {
            new_branch: params.dest_ref.filter(|target| *target != params.src_ref),
            branch: params.src_ref,
            expected: params.last_commit_sha,
            message: params.message,
            files: files.collect::<Result<_>>()?,
            author: params.user_id.filter(|id| *id != 0).map(UserId),
        };
        let made = commits::change_files(call, &depot, change).await?;
        Ok(Answer { git_commit: made.into() })
    }
}
