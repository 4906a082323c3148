//! `DescribeUserProjects`

use base::UserId;

use crate::prelude::*;
use crate::shapes::ProjectInfo;

pub(super) struct DescribeUserProjects;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The user's number.
    user_id: i64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The projects, the newest first.
    project_list: Vec<ProjectInfo>,
}

impl Action for DescribeUserProjects {
    const NAME: &'static str = "DescribeUserProjects";
    const SUMMARY: &'static str =
        "Lists the projects that a user is a member of, as far as the caller may see them.";
    const ACCESS: Access = Access::Reads(&[Scope::Project]);
    type Needs = SignedIn;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, _: UserActor, params: Params) -> Result<Answer> {
        let projects = projects::list_of_user(call, UserId(params.user_id)).await?;
        Ok(Answer { project_list: projects.into_iter().map(ProjectInfo::from).collect() })
    }
}
