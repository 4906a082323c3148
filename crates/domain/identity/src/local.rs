//! What this process remembers to be quick. Every replica may forget all of
//! it at any time.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base::{Timestamp, UserActor};
use call::Env;
use db::Tx;
use lru::LruCache;

/// How long a change made by another replica may go unnoticed here.
const FRESH: Duration = Duration::from_secs(3);
/// Tokens in use at a time; each takes some 200 bytes.
const MOST: NonZeroUsize = NonZeroUsize::new(10_000).expect("not zero");

/// A token that was found a moment ago.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) actor: UserActor,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) last_used_at: Option<Timestamp>,
    pub(crate) read_at: Timestamp,
}

/// The memory of one installation in this process.
#[derive(Debug)]
pub(crate) struct Local {
    tokens: Mutex<LruCache<Vec<u8>, Known>>,
    generation: AtomicU64,
    /// How many passwords were verified, those of unknown users included.
    pub(crate) verifications: AtomicU64,
}

impl Default for Local {
    fn default() -> Self {
        Self {
            tokens: Mutex::new(LruCache::new(MOST)),
            generation: AtomicU64::new(0),
            verifications: AtomicU64::new(0),
        }
    }
}

/// The memory that belongs to `env`.
pub(crate) fn of(env: &Env) -> Arc<Local> {
    env.memory()
}

/// Has every remembered token looked up again once the unit of work is
/// durable: after anything that takes rights away.
pub(crate) fn forget_tokens(tx: &Tx, env: &Env) {
    let local = of(env);
    tx.after_commit(move || local.forget());
}

impl Local {
    /// To be asked before reading what [`Local::remember`] is then told, so
    /// that nothing outdated is remembered.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    pub(crate) fn token(&self, hash: &[u8], now: Timestamp) -> Option<Known> {
        let mut tokens = self.lock();
        let known = tokens.get(hash)?;
        if now.since(known.read_at) >= FRESH {
            tokens.pop(hash);
            return None;
        }
        Some(known.clone())
    }

    pub(crate) fn remember(&self, hash: Vec<u8>, known: Known, generation: u64) {
        let mut tokens = self.lock();
        if self.generation() == generation {
            tokens.put(hash, known);
        }
    }

    fn forget(&self) {
        let mut tokens = self.lock();
        self.generation.fetch_add(1, Ordering::Release);
        tokens.clear();
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<Vec<u8>, Known>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{Scopes, TeamId, TeamRole, UserId, Via};

    fn known(read_at: Timestamp) -> Known {
        let actor = UserActor {
            id: UserId(1),
            name: "ada".into(),
            team: TeamId(1),
            role: TeamRole::Member,
            scopes: Scopes::EVERYTHING,
            via: Via::Token,
        };
        Known { actor, expires_at: None, last_used_at: None, read_at }
    }

    #[test]
    fn what_was_read_before_a_revocation_is_not_remembered_after_it() {
        let local = Local::default();
        let now = Timestamp(1_000);
        let before = local.generation();
        local.forget();
        local.remember(vec![1], known(now), before);
        assert!(local.token(&[1], now).is_none());
        local.remember(vec![1], known(now), local.generation());
        assert!(local.token(&[1], now).is_some());
        assert!(local.token(&[1], now.after(FRESH)).is_none());
    }
}
