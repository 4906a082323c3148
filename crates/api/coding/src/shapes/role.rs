//! A role in a project.

use projects::ProjectRole;
use schemars::JsonSchema;
use serde::Serialize;

/// A role in a project.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Role {
    /// Its number.
    role_id: i64,
    /// `ProjectAdmin`, `ProjectMember` or `ProjectGuest`.
    role_type: &'static str,
    /// Its Chinese name.
    role_type_name: &'static str,
}

impl Role {
    /// Its Chinese name.
    pub(crate) fn name(&self) -> &'static str {
        self.role_type_name
    }
}

impl From<ProjectRole> for Role {
    fn from(role: ProjectRole) -> Self {
        let (role_type, role_type_name) = match role {
            ProjectRole::Admin => ("ProjectAdmin", "项目管理员"),
            ProjectRole::Member => ("ProjectMember", "开发"),
            ProjectRole::Guest => ("ProjectGuest", "受限成员"),
        };
        Self { role_id: role.id(), role_type, role_type_name }
    }
}
