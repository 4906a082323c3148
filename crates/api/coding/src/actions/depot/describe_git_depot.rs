//! `DescribeGitDepot`

use depots::Depot;

use crate::prelude::*;
use crate::shapes::DepotInfo;

pub(super) struct DescribeGitDepot;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    depot: DepotInfo,
}

impl Action for DescribeGitDepot {
    const NAME: &'static str = "DescribeGitDepot";
    const SUMMARY: &'static str = "Reads a depot by its number or its path.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot, Scope::Project]);
    type Needs = OnDepot<Read>;
    type Params = NoParams;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, _: NoParams) -> Result<Answer> {
        Ok(Answer { depot: DepotInfo::new(call, depot.into_inner()) })
    }
}
