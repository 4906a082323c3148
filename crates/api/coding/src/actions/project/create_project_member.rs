//! `CreateProjectMember`

use projects::{Project, ProjectRole};

use crate::prelude::*;

pub(super) struct CreateProjectMember;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// 90 for an admin, 80 for a member, 75 for a guest, or a role's number.
    r#type: i64,
    /// The unique names of the users.
    user_global_key_list: Vec<String>,
}

impl Action for CreateProjectMember {
    const NAME: &'static str = "CreateProjectMember";
    const SUMMARY: &'static str = "Gives people of the team a role in a project.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectMembers]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("members", "UserGlobalKeyList")];
    type Needs = OnProject<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(
        call: &Call,
        project: Granted<Project, Administer>,
        params: Params,
    ) -> Result<Done> {
        let role = match params.r#type {
            90 => Some(ProjectRole::Admin),
            80 => Some(ProjectRole::Member),
            75 => Some(ProjectRole::Guest),
            id => ProjectRole::from_id(id),
        };
        let role = role.ok_or_else(|| {
            Error::invalid("Type", "must be 90 (admin), 80 (member) or 75 (guest)")
        })?;
        projects::members::add(call, &project, &params.user_global_key_list, role).await?;
        Ok(Done {})
    }
}
