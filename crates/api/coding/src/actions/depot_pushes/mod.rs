//! What pushes to a depot have to keep to.

mod create_depot_file_push_rule;
mod create_depot_file_push_rule_privilege;
mod delete_depot_file_push_rule;
mod delete_depot_file_push_rule_deny_privilege;
mod describe_depot_file_push_rules;
mod describe_depot_push_setting;
mod modify_depot_file_push_rule;
mod modify_depot_file_push_rule_deny_privilege;
mod modify_depot_push_setting;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<describe_depot_push_setting::DescribeDepotPushSetting>(),
    Registered::of::<modify_depot_push_setting::ModifyDepotPushSetting>(),
    Registered::of::<describe_depot_file_push_rules::DescribeDepotFilePushRules>(),
    Registered::of::<create_depot_file_push_rule::CreateDepotFilePushRule>(),
    Registered::of::<modify_depot_file_push_rule::ModifyDepotFilePushRule>(),
    Registered::of::<delete_depot_file_push_rule::DeleteDepotFilePushRule>(),
    Registered::of::<create_depot_file_push_rule_privilege::CreateDepotFilePushRulePrivilege>(),
    Registered::of::<
        modify_depot_file_push_rule_deny_privilege::ModifyDepotFilePushRuleDenyPrivilege,
    >(),
    Registered::of::<
        delete_depot_file_push_rule_deny_privilege::DeleteDepotFilePushRuleDenyPrivilege,
    >(),
];
