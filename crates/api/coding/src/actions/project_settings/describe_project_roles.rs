//! `DescribeProjectRoles`

use projects::{Project, ProjectRole};

use crate::prelude::*;
use crate::shapes::Role;

pub(super) struct DescribeProjectRoles;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The roles, the highest first.
    roles: Vec<Role>,
}

impl Action for DescribeProjectRoles {
    const NAME: &'static str = "DescribeProjectRoles";
    const SUMMARY: &'static str = "Lists the roles that people can hold in a project.";
    const ACCESS: Access = Access::Reads(&[Scope::Project, Scope::ProjectMembers]);
    type Needs = OnProject<Read>;
    type Params = NoParams;
    type Answer = Answer;

    async fn run(_: &Call, _: Granted<Project, Read>, _: NoParams) -> Result<Answer> {
        Ok(Answer { roles: ProjectRole::ALL.into_iter().map(Role::from).collect() })
    }
}
