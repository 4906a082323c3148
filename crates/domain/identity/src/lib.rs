//! Who people are, how they come in, and what is written down about it.
//!
//! * [`teams`] and [`users`]: who is in which team, as what.
//! * [`authenticate`]: every way in, each returning a [`base::Actor`].
//! * [`passwords`], [`tokens`], [`access_keys`], [`ssh_keys`], [`sessions`], [`oauth`]: what
//!   people come in by, made, listed and revoked.
//! * [`audit`]: the log, which other domains write too.
//! * [`install`]: the first start.
//!
//! Secrets are kept as hashes; those that requests are signed with are also
//! kept sealed with the installation's key, because a signature can only be
//! checked with the secret itself.

pub mod access_keys;
mod acting;
pub mod audit;
pub mod authenticate;
mod install;
mod local;
pub mod oauth;
pub mod passwords;
mod prune;
mod rights;
mod rules;
pub mod scopes;
mod secret;
pub mod sessions;
pub mod ssh_keys;
mod tables;
pub mod teams;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tokens;
pub mod users;

pub use access_keys::AccessKey;
pub use install::{ADMIN, FirstStart, install};
pub use prune::{expired as prune_expired, register};
pub use secret::Secret;
pub use sessions::{SessionId, SignedIn};
pub use ssh_keys::{SshKey, SshKeyId};
pub use tables::MIGRATIONS;
pub use teams::Team;
pub use tokens::{Token, TokenKind};
pub use users::{User, UserStatus};
