//! `DescribeGitDepotDeployKeys`

use depots::{Depot, keys};

use crate::prelude::*;
use crate::shapes::DeployKeyInfo;

pub(super) struct DescribeGitDepotDeployKeys;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The keys, the newest first.
    keys: Vec<DeployKeyInfo>,
}

impl Action for DescribeGitDepotDeployKeys {
    const NAME: &'static str = "DescribeGitDepotDeployKeys";
    const SUMMARY: &'static str = "Lists the deploy keys of a depot.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectKey]);
    type Needs = OnDepot<Administer>;
    type Params = NoParams;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, _: NoParams) -> Result<Answer> {
        let keys = keys::list(call, &depot).await?;
        Ok(Answer { keys: keys.into_iter().map(|key| DeployKeyInfo::new(call, key)).collect() })
    }
}
