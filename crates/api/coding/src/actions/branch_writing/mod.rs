//! Branches made, moved and removed by actions.

mod create_git_branch;
mod delete_git_branch;
mod delete_git_merged_branches;
mod modify_git_cherry_pick;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<create_git_branch::CreateGitBranch>(),
    Registered::of::<delete_git_branch::DeleteGitBranch>(),
    Registered::of::<delete_git_merged_branches::DeleteGitMergedBranches>(),
    Registered::of::<modify_git_cherry_pick::ModifyGitCherryPick>(),
];
