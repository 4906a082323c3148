//! `DescribeCodingProjects`

use projects::ProjectFilter;

use crate::prelude::*;
use crate::shapes::{PageNumbers, Paging, ProjectInfo};

pub(super) struct DescribeCodingProjects;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// Part of a project's name, either one; case does not matter.
    project_name: Option<String>,
    #[serde(rename = "..")]
    paging: Paging,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    data: ProjectsData,
}

/// A page of projects.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct ProjectsData {
    #[serde(flatten)]
    page: PageNumbers,
    /// The projects, the newest first.
    project_list: Vec<ProjectInfo>,
}

impl Action for DescribeCodingProjects {
    const NAME: &'static str = "DescribeCodingProjects";
    const SUMMARY: &'static str = "Lists the team's projects, as far as the caller may see them.";
    const ACCESS: Access = Access::Reads(&[Scope::Project]);
    type Needs = SignedIn;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, _: UserActor, params: Params) -> Result<Answer> {
        let filter = ProjectFilter { name: params.project_name.unwrap_or_default(), member: None };
        let page = projects::list(call, &filter, params.paging.request()?).await?;
        Ok(Answer {
            data: ProjectsData {
                page: PageNumbers::from(&page),
                project_list: page.items.into_iter().map(ProjectInfo::from).collect(),
            },
        })
    }
}
