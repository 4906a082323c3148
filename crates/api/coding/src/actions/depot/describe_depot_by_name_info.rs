//! `DescribeDepotByNameInfo`

use depots::Depot;

use crate::prelude::*;
use crate::shapes::DepotInfo;

pub(super) struct DescribeDepotByNameInfo;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    depot: DepotInfo,
}

impl Action for DescribeDepotByNameInfo {
    const NAME: &'static str = "DescribeDepotByNameInfo";
    const SUMMARY: &'static str = "Reads a depot by the names of team, project and depot.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot, Scope::Project]);
    type Needs = OnDepotNamed<Read>;
    type Params = NoParams;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, _: NoParams) -> Result<Answer> {
        Ok(Answer { depot: DepotInfo::new(call, depot.into_inner()) })
    }
}
