//! Protected branches, as they were before there were rules.

mod create_protected_branch;
mod create_protected_branch_member;
mod describe_protected_branch;
mod describe_protected_branch_members;
mod describe_protected_branchs;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<create_protected_branch::CreateProtectedBranch>(),
    Registered::of::<create_protected_branch_member::CreateProtectedBranchMember>(),
    Registered::of::<describe_protected_branchs::DescribeProtectedBranchs>(),
    Registered::of::<describe_protected_branch::DescribeProtectedBranch>(),
    Registered::of::<describe_protected_branch_members::DescribeProtectedBranchMembers>(),
];
