//! The section "git-release".

mod create_git_release;
mod delete_git_release;
mod describe_git_release_detail;
mod describe_git_releases;
mod modify_git_release;
mod shape;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<describe_git_releases::DescribeGitReleases>(),
    Registered::of::<describe_git_release_detail::DescribeGitReleaseDetail>(),
    Registered::of::<create_git_release::CreateGitRelease>(),
    Registered::of::<modify_git_release::ModifyGitRelease>(),
    Registered::of::<delete_git_release::DeleteGitRelease>(),
];
