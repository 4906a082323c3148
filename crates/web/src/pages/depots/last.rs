//! The last commit that touched each entry of a folder.

use std::{collections::HashMap, sync::Arc, time::Duration};

use call::Env;
use git::{Cancel, Commit, Oid, Repository};

use super::kept::Kept;

/// By the names of the entries.
pub(super) type Found = HashMap<String, Commit>;
/// By a commit and a folder.
type Known = Kept<(Oid, String), Found, 500>;

/// The last commits by name of entry; `None` where that takes longer than
/// `patience`: it is worked out nevertheless, for whoever asks next.
pub(super) async fn last_commits(
    env: &Env,
    repository: &Repository,
    commit: Oid,
    path: &str,
    patience: Duration,
) -> Option<Arc<Found>> {
    let known = env.memory::<Known>();
    let key = (commit, path.to_owned());
    if let Some(found) = known.get(&key) {
        return Some(found);
    }
    let (repository, path) = (repository.clone(), path.to_owned());
    let work = tokio::task::spawn_blocking(move || {
        // What cannot be told (git gives up, a damaged history) is not asked for again and again.
        let found = repository.last_commits(commit, &path, &Cancel::new()).unwrap_or_default();
        known.put(key, found)
    });
    tokio::time::timeout(patience, work).await.ok()?.ok()
}
