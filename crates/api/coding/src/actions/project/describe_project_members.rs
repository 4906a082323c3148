//! `DescribeProjectMembers`

use projects::{Project, ProjectRole};

use crate::prelude::*;
use crate::shapes::{PageNumbers, Paging, Role, UserData};

pub(super) struct DescribeProjectMembers;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// Only those who hold this role; 0 for any.
    role_id: Option<i64>,
    #[serde(rename = "..")]
    paging: Paging,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    data: ProjectMemberData,
}

/// A page of people.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct ProjectMemberData {
    #[serde(flatten)]
    page: PageNumbers,
    /// The people, in the order in which they came.
    project_members: Vec<ProjectMember>,
}

/// A user and his roles in the project.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct ProjectMember {
    #[serde(flatten)]
    user: UserData,
    /// His roles, the highest first.
    roles: Vec<Role>,
}

impl Action for DescribeProjectMembers {
    const NAME: &'static str = "DescribeProjectMembers";
    const SUMMARY: &'static str = "Lists the people of a project with their roles.";
    const ACCESS: Access = Access::Reads(&[Scope::Project, Scope::ProjectMembers]);
    type Needs = OnProject<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, project: Granted<Project, Read>, params: Params) -> Result<Answer> {
        let role = match params.role_id {
            None | Some(0) => None,
            Some(id) => Some(
                ProjectRole::from_id(id)
                    .ok_or_else(|| Error::invalid("RoleId", "is not the number of a role"))?,
            ),
        };
        let page = projects::members::list(call, &project, role, params.paging.request()?).await?;
        Ok(Answer {
            data: ProjectMemberData {
                page: PageNumbers::from(&page),
                project_members: page
                    .items
                    .into_iter()
                    .map(|member| ProjectMember {
                        user: UserData::new(project.team, member.user),
                        roles: member.roles.into_iter().map(Role::from).collect(),
                    })
                    .collect(),
            },
        })
    }
}
