//! Rules that protect branches.

mod create_branch_protection;
mod create_branch_protection_member;
mod delete_branch_protection;
mod delete_branch_protection_member;
mod describe_branch_protection;
mod describe_branch_protection_members;
mod describe_branch_protections;
mod modify_branch_protection;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<describe_branch_protections::DescribeBranchProtections>(),
    Registered::of::<describe_branch_protection::DescribeBranchProtection>(),
    Registered::of::<describe_branch_protection_members::DescribeBranchProtectionMembers>(),
    Registered::of::<create_branch_protection::CreateBranchProtection>(),
    Registered::of::<create_branch_protection_member::CreateBranchProtectionMember>(),
    Registered::of::<modify_branch_protection::ModifyBranchProtection>(),
    Registered::of::<delete_branch_protection::DeleteBranchProtection>(),
    Registered::of::<delete_branch_protection_member::DeleteBranchProtectionMember>(),
];
