//! The last commit that touched each entry of a folder.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use call::Env;
use git::{Cancel, Commit, Oid, Repository};

/// A page waits no longer than this for what is nice to have.
const PATIENCE: Duration = Duration::from_millis(1_200);
/// Folders that are remembered.
const KEPT: usize = 500;

type Found = Arc<HashMap<String, Commit>>;
/// A commit and a folder.
type Key = (Oid, String);

/// Answers for a commit and a folder never change, so they are kept.
#[derive(Default)]
struct Known(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    found: HashMap<Key, Found>,
    oldest_first: VecDeque<Key>,
}

impl Known {
    fn get(&self, key: &Key) -> Option<Found> {
        let inside = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        inside.found.get(key).cloned()
    }

    fn put(&self, key: Key, found: Found) {
        let mut inside = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if inside.found.insert(key.clone(), found).is_none() {
            inside.oldest_first.push_back(key);
        }
        if inside.oldest_first.len() > KEPT
            && let Some(oldest) = inside.oldest_first.pop_front()
        {
            inside.found.remove(&oldest);
        }
    }
}

/// The last commits by name of entry, or nothing where that takes long; it is
/// then worked out for the next visitor.
pub(super) async fn last_commits(
    env: &Env,
    repository: &Repository,
    commit: Oid,
    path: &str,
) -> Found {
    let known = env.memory::<Known>();
    let key = (commit, path.to_owned());
    if let Some(found) = known.get(&key) {
        return found;
    }
    let (repository, path) = (repository.clone(), path.to_owned());
    let work = tokio::task::spawn_blocking(move || {
        let found = repository.last_commits(commit, &path, &Cancel::new());
        if let Ok(found) = found {
            let found = Arc::new(found);
            known.put(key, Arc::clone(&found));
            return found;
        }
        Found::default()
    });
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(Ok(found)) => found,
        _ => Found::default(),
    }
}
