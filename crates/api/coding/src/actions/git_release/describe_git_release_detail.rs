//! `DescribeGitReleaseDetail`

use depots::Depot;

use super::shape::{ReleaseInfo, find};
use crate::prelude::*;

pub(super) struct DescribeGitReleaseDetail;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The release's number within the depot. One of `Iid`, `ReleaseId` and
    /// `TagName` is needed.
    iid: Option<i64>,
    /// The same as `Iid`.
    release_id: Option<i64>,
    /// The tag that the release is about.
    tag_name: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    release: ReleaseInfo,
}

impl Action for DescribeGitReleaseDetail {
    const NAME: &'static str = "DescribeGitReleaseDetail";
    const SUMMARY: &'static str = "Reads a release.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let number = params.iid.or(params.release_id);
        let release = find(call, &depot, number, params.tag_name.as_deref()).await?;
        Ok(Answer { release: ReleaseInfo::new(call, &depot, release) })
    }
}
