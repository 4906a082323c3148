//! Public keys for SSH. A key belongs to one person, or to one thing of
//! another domain that keeps its number (a depot's deploy key), and to nobody
//! else: whoever shows it is thereby named.

mod find;
mod hosts;
mod manage;
mod public;

pub use find::{Owner, Shown, again, find, person, used};
pub use hosts::{HostKey, announce_hosts, hosts};
pub use manage::{NewSshKey, by_ids, create, delete, delete_of_things, insert_for_thing, list};
pub use public::Public;

use base::{TeamId, Timestamp, UserId};

use crate::tables::ssh_keys;

base::typed_id! {
    /// A public key for SSH.
    pub struct SshKeyId;
}

/// A key as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshKey {
    /// The number.
    pub id: SshKeyId,
    /// Whose it is; nobody's for the key of a thing.
    pub user: Option<UserId>,
    /// The only team that it acts in, where an admin of that team has added
    /// it for a member; all of the user's without.
    pub team: Option<TeamId>,
    /// What its owner calls it.
    pub title: String,
    /// `ssh-ed25519`, `ssh-rsa`, …
    pub algorithm: String,
    /// The key as `authorized_keys` has it, without a comment.
    pub content: String,
    /// `SHA256:` and 43 characters.
    pub fingerprint: String,
    /// The old form: 16 hexadecimal numbers, separated by colons.
    pub fingerprint_md5: String,
    /// Who added it, if he is still there.
    pub creator: Option<UserId>,
    /// When it was added.
    pub created_at: Timestamp,
    /// Until when it is good; for ever without.
    pub expires_at: Option<Timestamp>,
    /// When it last opened something; exact to ten minutes.
    pub last_used_at: Option<Timestamp>,
}

impl SshKey {
    /// Whether it is no longer good.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| now >= end)
    }
}

impl From<ssh_keys::Model> for SshKey {
    fn from(row: ssh_keys::Model) -> Self {
        Self {
            id: row.id,
            user: row.user_id,
            team: row.team_id,
            title: row.title,
            algorithm: row.algorithm,
            content: row.content,
            fingerprint: row.fingerprint,
            fingerprint_md5: row.fingerprint_md5,
            creator: row.creator_id,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        }
    }
}

fn subject(key: SshKeyId) -> String {
    format!("ssh_key:{key}")
}
