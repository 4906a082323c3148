//! `DescribeGitFileContent`

use depots::Depot;

use crate::prelude::*;
use crate::shapes::LARGEST;

pub(super) struct DescribeGitFileContent;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The commit: its name, also abbreviated, a branch or a tag.
    commit_sha: String,
    /// The file.
    path: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    git_file_content: FileContent,
}

/// The content of a file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct FileContent {
    /// The text; empty for what is no UTF-8 text, which `DescribeGitFile` reads.
    content: String,
    /// Whether it is UTF-8 text.
    is_text: bool,
    /// Whether it stands for a large file that is stored elsewhere (Git LFS).
    is_lfs: bool,
    /// The same as `IsLfs`.
    is_large_file_storage: bool,
}

/// What a file that stands for a large one begins with.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";
/// Such a file is smaller than this, in bytes.
const POINTER_SIZE: usize = 1024;

impl Action for DescribeGitFileContent {
    const NAME: &'static str = "DescribeGitFileContent";
    const SUMMARY: &'static str = "Reads the text of a file as it was in a commit.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let blob = depots::read::read(call, &depot, move |repository, _| {
            let commit = repository.resolve(&params.commit_sha)?;
            repository.file(commit, &params.path, LARGEST)
        })
        .await?;
        let is_lfs = blob.data.len() < POINTER_SIZE && blob.data.starts_with(POINTER);
        let text = if blob.is_binary() { None } else { String::from_utf8(blob.data).ok() };
        Ok(Answer {
            git_file_content: FileContent {
                is_text: text.is_some(),
                content: text.unwrap_or_default(),
                is_lfs,
                is_large_file_storage: is_lfs,
            },
        })
    }
}
