//! Who one is, and who may do what in a project.

mod describe_coding_current_user;
mod describe_project_roles;
mod describe_user_projects;
mod modify_project_permission;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<describe_user_projects::DescribeUserProjects>(),
    Registered::of::<describe_coding_current_user::DescribeCodingCurrentUser>(),
    Registered::of::<modify_project_permission::ModifyProjectPermission>(),
    Registered::of::<describe_project_roles::DescribeProjectRoles>(),
];
