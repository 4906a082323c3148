//! Who may change single branches.

mod create_read_only_ref;
mod modify_branch_protection_member_permission;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<
        modify_branch_protection_member_permission::ModifyBranchProtectionMemberPermission,
    >(),
    Registered::of::<create_read_only_ref::CreateReadOnlyRef>(),
];
