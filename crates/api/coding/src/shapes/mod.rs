//! What several actions answer or are told alike.

mod depot;
mod paging;
mod pinyin;
mod project;
mod role;
mod ssh_key;
mod user;

pub(crate) use depot::{DepotInfo, DepotList};
pub(crate) use paging::{PageNumbers, Paging, every};
pub(crate) use pinyin::pinyin;
pub(crate) use project::ProjectInfo;
pub(crate) use role::Role;
pub(crate) use ssh_key::{DeployKeyInfo, NewKey, SshKeyInfo};
pub(crate) use user::{UserData, status};
