//! `DescribeDepotPushSetting`

use depots::Depot;
use depots::rules::pushes;

use crate::prelude::*;
use crate::shapes::DepotPushSetting;

pub(super) struct DescribeDepotPushSetting;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The settings.
    data: DepotPushSetting,
}

impl Action for DescribeDepotPushSetting {
    const NAME: &'static str = "DescribeDepotPushSetting";
    const SUMMARY: &'static str = "Shows what pushes to a depot have to keep to.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = NoParams;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, _: NoParams) -> Result<Answer> {
        Ok(Answer { data: pushes::get(call, &depot).await?.into() })
    }
}
