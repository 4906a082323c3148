//! Dear answers about commits; they never change, so they are kept.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use base::{AtLeast, Granted, Read, Result, Right};
use call::Call;
use git::{Commit, Contributors, Oid};

use crate::{Depot, DepotId, read};

/// The commits of a history that are looked at for who wrote them.
const COMMITS: usize = 200_000;

/// The newest so many answers of one kind.
struct Kept<K, V>(Mutex<Inside<K, V>>);

struct Inside<K, V> {
    found: HashMap<K, Arc<V>>,
    oldest_first: VecDeque<K>,
}

const MOST: usize = 200;

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Inside { found: HashMap::new(), oldest_first: VecDeque::new() }))
    }
}

impl<K: Clone + Eq + std::hash::Hash, V> Kept<K, V> {
    fn get(&self, key: &K) -> Option<Arc<V>> {
        let inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inside.found.get(key).cloned()
    }

    fn put(&self, key: K, value: V) -> Arc<V> {
        let value = Arc::new(value);
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inside.found.insert(key.clone(), Arc::clone(&value)).is_none() {
            inside.oldest_first.push_back(key);
        }
        if inside.oldest_first.len() > MOST
            && let Some(oldest) = inside.oldest_first.pop_front()
        {
            inside.found.remove(&oldest);
        }
        value
    }
}

type LastCommits = Kept<(DepotId, Oid, String), HashMap<String, Commit>>;

/// For each entry of the directory at `path` in the commit `from`, by name,
/// the newest commit that touched it.
///
/// # Errors
/// As [`read`](crate::read::read); `NotFound` when there is no such directory.
pub async fn last_commits<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    from: Oid,
    path: &str,
) -> Result<Arc<HashMap<String, Commit>>> {
    let known = call.memory::<LastCommits>();
    let path = path.trim_matches('/').to_owned();
    let key = (depot.id, from, path.clone());
    if let Some(found) = known.get(&key) {
        return Ok(found);
    }
    let found = read::read(call, depot, move |repository, cancel| {
        repository.last_commits(from, &path, cancel)
    });
    Ok(known.put(key, found.await?))
}

/// Who wrote the history of the commit `from`: its newest 200,000 commits.
///
/// # Errors
/// As [`read`](crate::read::read).
pub async fn contributors<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    from: Oid,
) -> Result<Arc<Contributors>> {
    let known = call.memory::<Kept<(DepotId, Oid), Contributors>>();
    let key = (depot.id, from);
    if let Some(found) = known.get(&key) {
        return Ok(found);
    }
    let found = read::read(call, depot, move |repository, cancel| {
        repository.contributors(from, COMMITS, cancel)
    });
    Ok(known.put(key, found.await?))
}
