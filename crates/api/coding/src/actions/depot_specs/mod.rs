//! Specifications of depots.

mod delete_team_level_depot_spec;
mod describe_depot_spec_detail;
mod describe_depot_specs;
mod modify_choose_depot_spec;
mod modify_depot_level_depot_spec;
mod modify_team_level_depot_spec;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<describe_depot_specs::DescribeDepotSpecs>(),
    Registered::of::<describe_depot_spec_detail::DescribeDepotSpecDetail>(),
    Registered::of::<modify_team_level_depot_spec::ModifyTeamLevelDepotSpec>(),
    Registered::of::<delete_team_level_depot_spec::DeleteTeamLevelDepotSpec>(),
    Registered::of::<modify_choose_depot_spec::ModifyChooseDepotSpec>(),
    Registered::of::<modify_depot_level_depot_spec::ModifyDepotLevelDepotSpec>(),
];
