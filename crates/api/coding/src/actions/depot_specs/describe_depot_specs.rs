//! `DescribeDepotSpecs`

use depots::rules::specs;

use crate::prelude::*;
use crate::shapes::DepotSpec;

pub(super) struct DescribeDepotSpecs;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The specifications: what is built in, then those of the team.
    depot_specs: Vec<DepotSpec>,
}

impl Action for DescribeDepotSpecs {
    const NAME: &'static str = "DescribeDepotSpecs";
    const SUMMARY: &'static str = "Lists the specifications that depots of the team can follow.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = SignedIn;
    type Params = NoParams;
    type Answer = Answer;

    async fn run(call: &Call, user: UserActor, _: NoParams) -> Result<Answer> {
        let specs = specs::list(call, user.team).await?;
        Ok(Answer { depot_specs: specs.into_iter().map(DepotSpec::from).collect() })
    }
}
