//! `DescribeGitBlob`

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use depots::Depot;

use crate::prelude::*;
use crate::shapes::LARGEST;

pub(super) struct DescribeGitBlob;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The blob's name, also abbreviated.
    blob_sha: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    data: Blob,
}

/// A blob.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct Blob {
    /// Its name, 40 or 64 hexadecimal digits.
    blob_sha: String,
    /// How many bytes it has.
    size: usize,
    /// Always `base64`.
    encoding: &'static str,
    /// The bytes in base64.
    content: String,
}

impl Action for DescribeGitBlob {
    const NAME: &'static str = "DescribeGitBlob";
    const SUMMARY: &'static str = "Reads a blob with its content in base64.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let blob = depots::read::read(call, &depot, move |repository, _| {
            repository.blob(repository.find_blob(&params.blob_sha)?, LARGEST)
        })
        .await?;
        Ok(Answer {
            data: Blob {
                blob_sha: blob.oid.to_string(),
                size: blob.data.len(),
                encoding: "base64",
                content: STANDARD.encode(&blob.data),
            },
        })
    }
}
