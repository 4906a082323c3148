//! `ModifyProjectPermission`

use projects::{Project, ProjectRole};

use crate::prelude::*;

pub(super) struct ModifyProjectPermission;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The role's number, as `DescribeProjectRoles` lists it.
    role_id: i64,
    /// The user's unique name.
    #[serde(rename = "UserGK")]
    user_gk: String,
    /// `true` gives the role, `false` takes it away.
    action_flag: bool,
}

impl Action for ModifyProjectPermission {
    const NAME: &'static str = "ModifyProjectPermission";
    const SUMMARY: &'static str = "Gives a user a role in a project, or takes it away.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectMembers]);
    type Needs = OnProject<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(
        call: &Call,
        project: Granted<Project, Administer>,
        params: Params,
    ) -> Result<Done> {
        let role = ProjectRole::from_id(params.role_id)
            .ok_or_else(|| Error::invalid("RoleId", "is not the number of a role"))?;
        projects::members::set_role(call, &project, &params.user_gk, role, params.action_flag)
            .await?;
        Ok(Done {})
    }
}
