//! `DescribeProjectDepotInfoList`

use depots::DepotFilter;
use projects::Project;

use crate::prelude::*;
use crate::shapes::{DepotList, Paging, every};

pub(super) struct DescribeProjectDepotInfoList;

/// Without a page all depots are listed.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Params {
    #[serde(rename = "..")]
    paging: Paging,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    depot_data: DepotList,
}

impl Action for DescribeProjectDepotInfoList {
    const NAME: &'static str = "DescribeProjectDepotInfoList";
    const SUMMARY: &'static str = "Lists the depots of a project.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot, Scope::Project]);
    type Needs = OnProject<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, project: Granted<Project, Read>, params: Params) -> Result<Answer> {
        let filter = DepotFilter { project: Some(project.id), ..DepotFilter::default() };
        let page = params.paging.request_or_all()?;
        let depots = every(page, |page| depots::list(call, &filter, page)).await?;
        Ok(Answer { depot_data: DepotList::new(call, depots) })
    }
}
