//! Projects and their members.

mod create_coding_project;
mod create_project_member;
mod delete_one_project;
mod describe_one_project;
mod describe_project_by_name;
mod describe_project_members;
mod modify_project;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<create_coding_project::CreateCodingProject>(),
    Registered::of::<modify_project::ModifyProject>(),
    Registered::of::<delete_one_project::DeleteOneProject>(),
    Registered::of::<describe_one_project::DescribeOneProject>(),
    Registered::of::<describe_project_members::DescribeProjectMembers>(),
    Registered::of::<describe_project_by_name::DescribeProjectByName>(),
    Registered::of::<create_project_member::CreateProjectMember>(),
];
