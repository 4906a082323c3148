//! The team: its projects and its people.

mod describe_coding_projects;
mod describe_team_members;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<describe_coding_projects::DescribeCodingProjects>(),
    Registered::of::<describe_team_members::DescribeTeamMembers>(),
];
