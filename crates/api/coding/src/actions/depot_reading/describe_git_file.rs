//! `DescribeGitFile`

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use depots::Depot;
use sha2::{Digest as _, Sha256};

use crate::prelude::*;
use crate::shapes::LARGEST;

pub(super) struct DescribeGitFile;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// A branch, a tag or a commit's name, also abbreviated; the default branch
    /// where it is left out.
    r#ref: Option<String>,
    /// The file.
    path: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    git_file: File,
}

/// A file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct File {
    /// Its name.
    file_name: String,
    /// Its path from the root.
    file_path: String,
    /// How many bytes it has.
    size: usize,
    /// Always `base64`.
    encoding: &'static str,
    /// The bytes in base64.
    content: String,
    /// The SHA-256 of the bytes, in hexadecimal digits.
    content_sha256: String,
    /// The newest commit that touched it.
    sha: String,
}

impl Action for DescribeGitFile {
    const NAME: &'static str = "DescribeGitFile";
    const SUMMARY: &'static str = "Reads a file with its content in base64.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let revision = params.r#ref.unwrap_or_default();
        let path = params.path.trim_matches('/').to_owned();
        let wanted = path.clone();
        let (blob, last) = depots::read::read(call, &depot, move |repository, cancel| {
            let commit = depots::read::resolve(repository, &revision)?;
            let blob = repository.file(commit, &wanted, LARGEST)?;
            Ok((blob, repository.path_log(commit, &wanted, 0, 1, cancel)?))
        })
        .await?;
        Ok(Answer {
            git_file: File {
                file_name: path.rsplit('/').next().unwrap_or_default().to_owned(),
                file_path: path,
                size: blob.data.len(),
                encoding: "base64",
                content: STANDARD.encode(&blob.data),
                content_sha256: hex::encode(Sha256::digest(&blob.data)),
                sha: last.first().map(|commit| commit.id.to_string()).unwrap_or_default(),
            },
        })
    }
}
