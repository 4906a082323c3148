//! Public keys for SSH, of people and of things.

use base::{TeamId, Timestamp, UserId};
use sea_orm::entity::prelude::*;

use crate::SshKeyId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ssh_keys")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: SshKeyId,
    /// `SHA256:…`, by which a key that is shown is found.
    pub(crate) fingerprint: String,
    /// The old form, `0c:36:…`.
    pub(crate) fingerprint_md5: String,
    /// `ssh-ed25519`, …
    pub(crate) algorithm: String,
    /// The key as `authorized_keys` has it, without a comment.
    pub(crate) content: String,
    pub(crate) title: String,
    /// Whose it is; nobody's for the key of a thing.
    pub(crate) user_id: Option<UserId>,
    /// The only team that it acts in; all of the user's without.
    pub(crate) team_id: Option<TeamId>,
    pub(crate) creator_id: Option<UserId>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) last_used_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
