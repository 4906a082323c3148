//! Files, blobs and trees of the section "depot".

mod describe_commit_refs;
mod describe_git_blame_info;
mod describe_git_blob;
mod describe_git_blob_raw;
mod describe_git_contributors;
mod describe_git_file;
mod describe_git_file_stat;
mod describe_git_files;
mod describe_git_tree;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<describe_git_files::DescribeGitFiles>(),
    Registered::of::<describe_git_file::DescribeGitFile>(),
    Registered::of::<describe_git_file_stat::DescribeGitFileStat>(),
    Registered::of::<describe_git_blob::DescribeGitBlob>(),
    Registered::of::<describe_git_blob_raw::DescribeGitBlobRaw>(),
    Registered::of::<describe_git_tree::DescribeGitTree>(),
    Registered::of::<describe_git_contributors::DescribeGitContributors>(),
    Registered::of::<describe_commit_refs::DescribeCommitRefs>(),
    Registered::of::<describe_git_blame_info::DescribeGitBlameInfo>(),
];
