//! `ModifyGitFiles`

use depots::Depot;
use depots::commits::FileEdit;

use crate::prelude::*;
use crate::shapes::{CommitInfo, GitFile, OnBranch};

pub(super) struct ModifyGitFiles;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    #[serde(rename = "..")]
    on: OnBranch,
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
    const FIELDS: &'static [(&'static str, &'static str)] = OnBranch::FIELDS;
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
        Ok(Answer { git_commit: params.on.commit(call, &depot, files).await? })
    }
}
