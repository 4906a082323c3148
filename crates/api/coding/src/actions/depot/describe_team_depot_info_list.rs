//! `DescribeTeamDepotInfoList`

use depots::DepotFilter;

use crate::prelude::*;
use crate::shapes::{DepotList, PageInfo, Paging};

pub(super) struct DescribeTeamDepotInfoList;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// Part of the project's name; case does not matter.
    project_name: Option<String>,
    /// The same as `ProjectName`.
    group_name: Option<String>,
    /// Part of the depot's name; case does not matter.
    depot_name: Option<String>,
    #[serde(rename = "..")]
    paging: Paging,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    depot_data: DepotData,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct DepotData {
    #[serde(flatten)]
    list: DepotList,
    /// Where the page stands.
    page: PageInfo,
}

impl Action for DescribeTeamDepotInfoList {
    const NAME: &'static str = "DescribeTeamDepotInfoList";
    const SUMMARY: &'static str = "Lists the team's depots, as far as the caller may see them.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot, Scope::Project]);
    type Needs = SignedIn;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, _: UserActor, params: Params) -> Result<Answer> {
        let named = [params.project_name, params.group_name].into_iter().flatten();
        let filter = DepotFilter {
            project_name: named.into_iter().find(|name| !name.is_empty()).unwrap_or_default(),
            name: params.depot_name.unwrap_or_default(),
            ..DepotFilter::default()
        };
        let page = depots::list(call, &filter, params.paging.request()?).await?;
        Ok(Answer {
            depot_data: DepotData {
                page: PageInfo::from(&page),
                list: DepotList::new(call, page.items),
            },
        })
    }
}
