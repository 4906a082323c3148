//! Protected tags.

mod create_git_protected_tag_rule;
mod create_git_protected_tag_rules;
mod delete_git_protected_tag_rule;
mod describe_git_protected_tags;
mod describe_git_protected_tags_by_rule;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<describe_git_protected_tags::DescribeGitProtectedTags>(),
    Registered::of::<describe_git_protected_tags_by_rule::DescribeGitProtectedTagsByRule>(),
    Registered::of::<create_git_protected_tag_rule::CreateGitProtectedTagRule>(),
    Registered::of::<create_git_protected_tag_rules::CreateGitProtectedTagRules>(),
    Registered::of::<delete_git_protected_tag_rule::DeleteGitProtectedTagRule>(),
];
