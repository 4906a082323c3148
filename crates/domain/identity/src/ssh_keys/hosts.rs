//! The keys by which clients know this server again.

use std::sync::{PoisonError, RwLock};

use call::Env;

/// The public half of one of the server's own keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostKey {
    /// `ssh-ed25519`, …
    pub algorithm: String,
    /// `SHA256:` and 43 characters.
    pub fingerprint: String,
    /// The key as `known_hosts` has it behind the host's name.
    pub line: String,
}

#[derive(Default)]
struct Announced(RwLock<Vec<HostKey>>);

/// Makes known that this process serves SSH, and with which keys.
pub fn announce_hosts(env: &Env, keys: Vec<HostKey>) {
    *env.memory::<Announced>().0.write().unwrap_or_else(PoisonError::into_inner) = keys;
}

/// The keys that were announced; none where SSH is not served.
pub fn hosts(env: &Env) -> Vec<HostKey> {
    env.memory::<Announced>().0.read().unwrap_or_else(PoisonError::into_inner).clone()
}
