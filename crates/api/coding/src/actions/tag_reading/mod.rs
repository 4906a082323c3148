//! The section "tag": reading.

mod describe_git_tag;
mod describe_git_tags;
mod describe_git_tags_by_branch;
mod describe_git_tags_by_sha;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<describe_git_tag::DescribeGitTag>(),
    Registered::of::<describe_git_tags::DescribeGitTags>(),
    Registered::of::<describe_git_tags_by_branch::DescribeGitTagsByBranch>(),
    Registered::of::<describe_git_tags_by_sha::DescribeGitTagsBySha>(),
];
