//! `DescribeMyDepots`

use depots::DepotFilter;

use crate::prelude::*;
use crate::shapes::{DepotList, Paging, every};

pub(super) struct DescribeMyDepots;

/// Without a page all depots are listed.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Params {
    #[serde(rename = "..")]
    paging: Paging,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    payload: DepotList,
}

impl Action for DescribeMyDepots {
    const NAME: &'static str = "DescribeMyDepots";
    const SUMMARY: &'static str =
        "Lists the depots of the projects that the caller is a member of.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot, Scope::Project]);
    type Needs = SignedIn;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, _: UserActor, params: Params) -> Result<Answer> {
        let filter = DepotFilter { mine: true, ..DepotFilter::default() };
        let page = params.paging.request_or_all()?;
        let depots = every(page, |page| depots::list(call, &filter, page)).await?;
        Ok(Answer { payload: DepotList::new(call, depots) })
    }
}
