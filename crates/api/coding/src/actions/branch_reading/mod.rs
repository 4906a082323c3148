//! The section "branch": reading.

mod describe_depot_default_branch;
mod describe_git_branch;
mod describe_git_branches;
mod describe_git_branches_by_sha;
mod describe_git_merge_base;
mod describe_git_ref;
mod describe_git_refs_by_sha;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<describe_git_branch::DescribeGitBranch>(),
    Registered::of::<describe_git_branches::DescribeGitBranches>(),
    Registered::of::<describe_git_branches_by_sha::DescribeGitBranchesBySha>(),
    Registered::of::<describe_git_refs_by_sha::DescribeGitRefsBySha>(),
    Registered::of::<describe_git_ref::DescribeGitRef>(),
    Registered::of::<describe_git_merge_base::DescribeGitMergeBase>(),
    Registered::of::<describe_depot_default_branch::DescribeDepotDefaultBranch>(),
];
