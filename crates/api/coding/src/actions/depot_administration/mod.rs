//! Names, branches, projects and beginnings of depots: of the section "depot".

mod create_depot_by_template;
mod modify_default_branch;
mod modify_depot_description;
mod modify_depot_name;
mod modify_git_transfer;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<modify_depot_description::ModifyDepotDescription>(),
    Registered::of::<modify_depot_name::ModifyDepotName>(),
    Registered::of::<modify_default_branch::ModifyDefaultBranch>(),
    Registered::of::<create_depot_by_template::CreateDepotByTemplate>(),
    Registered::of::<modify_git_transfer::ModifyGitTransfer>(),
];
