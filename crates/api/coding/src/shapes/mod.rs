//! What several actions answer or are told alike.

mod branch_rule;
mod comment;
mod commit;
mod depot;
mod depot_spec;
mod diff;
mod git_file;
mod moment;
mod page_info;
mod paging;
mod pinyin;
mod project;
mod push_rules;
mod refs;
mod role;
mod ssh_key;
mod user;

pub(crate) use branch_rule::{
    BranchProtection, BranchProtectionMember, ProtectedBranch, ProtectedBranchMember,
};
pub(crate) use comment::CommitComment;
pub(crate) use commit::{CommitInfo, TaggedCommit, millis};
pub(crate) use depot::{DepotInfo, DepotList};
pub(crate) use depot_spec::{DepotSpec, DepotSpecDetail, DepotSpecParam, RuleParam, TypeParam};
pub(crate) use diff::{Line, ONE_FILE, change_type, counts, lines};
pub(crate) use git_file::{GitFile, OnBranch, decoded};
pub(crate) use moment::{DayEnd, seconds};
pub(crate) use page_info::PageInfo;
pub(crate) use paging::{PageNumbers, Paging, every};
pub(crate) use pinyin::pinyin;
pub(crate) use project::ProjectInfo;
pub(crate) use push_rules::{
    DepotPushSetting, GitFilePushRules, NewPrivilege, Privileged, ProtectedGitTag, bytes_of,
};
pub(crate) use refs::{BranchInfo, HeldBy, MOST_REFS, Marks, TagInfo, TypedRef};
pub(crate) use role::Role;
pub(crate) use ssh_key::{DeployKeyInfo, NewKey, SshKeyInfo};
pub(crate) use user::{UserData, status};

/// The largest file whose content is answered, in bytes.
pub(crate) const LARGEST: u64 = 16 * 1024 * 1024;
