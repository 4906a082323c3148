//! SSH keys of people and of depots.

mod create_git_deploy_key;
mod create_member_ssh_key;
mod create_ssh_key;
mod delete_git_deploy_key;
mod delete_member_ssh_key;
mod delete_ssh_key;
mod describe_git_depot_deploy_keys;
mod describe_git_project_deploy_keys;
mod describe_member_ssh_key;
mod describe_ssh_key;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<create_ssh_key::CreateSshKey>(),
    Registered::of::<describe_ssh_key::DescribeSshKey>(),
    Registered::of::<delete_ssh_key::DeleteSshKey>(),
    Registered::of::<create_member_ssh_key::CreateMemberSshKey>(),
    Registered::of::<describe_member_ssh_key::DescribeMemberSshKey>(),
    Registered::of::<delete_member_ssh_key::DeleteMemberSshKey>(),
    Registered::of::<create_git_deploy_key::CreateGitDeployKey>(),
    Registered::of::<describe_git_depot_deploy_keys::DescribeGitDepotDeployKeys>(),
    Registered::of::<describe_git_project_deploy_keys::DescribeGitProjectDeployKeys>(),
    Registered::of::<delete_git_deploy_key::DeleteGitDeployKey>(),
];
