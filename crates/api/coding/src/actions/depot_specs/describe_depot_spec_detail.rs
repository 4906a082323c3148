//! `DescribeDepotSpecDetail`

use depots::rules::specs;

use crate::needs::{ByIdOrPath, Need};
use crate::prelude::*;
use crate::shapes::DepotSpecDetail;

pub(super) struct DescribeDepotSpecDetail;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The name of a specification; it counts where a depot is named as well.
    depot_spec_name: Option<String>,
    #[serde(rename = "..")]
    depot: ByIdOrPath,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The specification; `null` for a depot that follows none.
    detail: Option<DepotSpecDetail>,
}

impl Action for DescribeDepotSpecDetail {
    const NAME: &'static str = "DescribeDepotSpecDetail";
    const SUMMARY: &'static str =
        "Shows a specification by its name, or the one that a depot follows.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = SignedIn;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, user: UserActor, params: Params) -> Result<Answer> {
        if let Some(name) = params.depot_spec_name.as_deref().filter(|name| !name.is_empty()) {
            let spec = specs::by_title(call, user.team, name).await?;
            return Ok(Answer { detail: Some(DepotSpecDetail::new(spec, false)) });
        }
        let depot = <OnDepot<Read> as Need>::check(call, params.depot).await?;
        let spec = specs::of_depot(call, &depot).await?;
        Ok(Answer { detail: spec.map(DepotSpecDetail::followed) })
    }
}
