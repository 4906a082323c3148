//! The section "commit": reading.

mod describe_commits_between2_commit;
mod describe_different_between2_commits;
mod describe_git_commit;
mod describe_git_commit_diff;
mod describe_git_commits;
mod describe_git_file_content;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<describe_git_file_content::DescribeGitFileContent>(),
    Registered::of::<describe_git_commit::DescribeGitCommit>(),
    Registered::of::<describe_git_commits::DescribeGitCommits>(),
    Registered::of::<describe_commits_between2_commit::DescribeCommitsBetween2Commit>(),
    Registered::of::<describe_different_between2_commits::DescribeDifferentBetween2Commits>(),
    Registered::of::<describe_git_commit_diff::DescribeGitCommitDiff>(),
];
