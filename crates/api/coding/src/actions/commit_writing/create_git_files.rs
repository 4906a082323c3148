//! `CreateGitFiles`

use depots::Depot;
use depots::commits::{FileEdit, Mode};

use crate::prelude::*;
use crate::shapes::{CommitInfo, GitFile, OnBranch};

pub(super) struct CreateGitFiles;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    #[serde(rename = "..")]
    on: OnBranch,
    /// The files; none of them may be there yet.
    git_files: Vec<GitFile>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The commit that was made.
    git_commit: CommitInfo,
}

impl Action for CreateGitFiles {
    const NAME: &'static str = "CreateGitFiles";
    const SUMMARY: &'static str = "Commits new files, all or none.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = OnBranch::FIELDS;
    type Needs = OnDepot<Write>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Write>, params: Params) -> Result<Answer> {
        let create = |file: GitFile| FileEdit::Create {
            path: file.path,
            data: file.content.unwrap_or_default().into_bytes(),
            mode: Mode::File,
        };
        let files = params.git_files.into_iter().map(create).collect();
        Ok(Answer { git_commit: params.on.commit(call, &depot, files).await? })
    }
}
