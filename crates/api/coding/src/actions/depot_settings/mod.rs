//! Settings of a depot.

mod modify_depot_quota;
mod modify_depot_settings;
mod modify_depot_shared_setting;
mod modify_git_depot_archive;
mod modify_git_depot_unarchive;
mod modify_merge_request_basic_settings;
mod modify_merge_request_merge_commit_message_template;
mod modify_merge_request_squash_commit_message_template;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<modify_depot_settings::ModifyDepotSettings>(),
    Registered::of::<modify_merge_request_basic_settings::ModifyMergeRequestBasicSettings>(),
    Registered::of::<modify_depot_shared_setting::ModifyDepotSharedSetting>(),
    Registered::of::<modify_merge_request_merge_commit_message_template::ModifyMergeRequestMergeCommitMessageTemplate>(),
    Registered::of::<modify_merge_request_squash_commit_message_template::ModifyMergeRequestSquashCommitMessageTemplate>(),
    Registered::of::<modify_depot_quota::ModifyDepotQuota>(),
    Registered::of::<modify_git_depot_archive::ModifyGitDepotArchive>(),
    Registered::of::<modify_git_depot_unarchive::ModifyGitDepotUnarchive>(),
];
