//! Depots.

mod create_git_depot;
mod delete_git_depot;
mod describe_depot_by_name_info;
mod describe_git_depot;
mod describe_my_depots;
mod describe_project_depot_info_list;
mod describe_team_depot_info_list;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<create_git_depot::CreateGitDepot>(),
    Registered::of::<describe_git_depot::DescribeGitDepot>(),
    Registered::of::<delete_git_depot::DeleteGitDepot>(),
    Registered::of::<describe_project_depot_info_list::DescribeProjectDepotInfoList>(),
    Registered::of::<describe_team_depot_info_list::DescribeTeamDepotInfoList>(),
    Registered::of::<describe_depot_by_name_info::DescribeDepotByNameInfo>(),
    Registered::of::<describe_my_depots::DescribeMyDepots>(),
];
