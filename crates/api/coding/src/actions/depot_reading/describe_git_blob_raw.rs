//! `DescribeGitBlobRaw`

use depots::Depot;

use crate::prelude::*;
use crate::shapes::LARGEST;

pub(super) struct DescribeGitBlobRaw;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The blob's name, also abbreviated.
    blob_sha: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The text.
    content: String,
}

impl Action for DescribeGitBlobRaw {
    const NAME: &'static str = "DescribeGitBlobRaw";
    const SUMMARY: &'static str = "Reads a blob that is text, as it is.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let blob = depots::read::read(call, &depot, move |repository, _| {
            repository.blob(repository.find_blob(&params.blob_sha)?, LARGEST)
        })
        .await?;
        let content = String::from_utf8(blob.data).map_err(|_| {
            Error::invalid("BlobSha", "names bytes that are no text; DescribeGitBlob reads them")
        })?;
        Ok(Answer { content })
    }
}
