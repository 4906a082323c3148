//! The last commit that touched each entry of a folder, or a file.

use std::{collections::HashMap, sync::Arc, time::Duration};

use call::Env;
use git::{Cancel, Commit, LogQuery, Oid, Repository};

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
    let (repository, folder) = (repository.clone(), path.to_owned());
    let work = move || {
        // What cannot be told (git gives up, a damaged history) is not asked for again and again.
        Some(repository.last_commits(commit, &folder, &Cancel::new()).unwrap_or_default())
    };
    env.memory::<Known>().work((commit, path.to_owned()), patience, work).await
}

/// The last commit that touched a file.
type KnownFile = Kept<(Oid, String), Option<Commit>, 2_000>;

/// The last commit that touched a file; `None` as for [`last_commits`].
pub(super) async fn last_commit(
    env: &Env,
    repository: &Repository,
    commit: Oid,
    path: &str,
    patience: Duration,
) -> Option<Commit> {
    let (repository, file) = (repository.clone(), path.to_owned());
    let work = move || {
        let query = LogQuery { path: file, limit: 1, ..LogQuery::default() };
        let mut found = repository.history(commit, &query, &Cancel::new()).unwrap_or_default();
        Some(found.pop().map(|logged| logged.commit))
    };
    let found = env.memory::<KnownFile>().work((commit, path.to_owned()), patience, work).await;
    found.and_then(|found| (*found).clone())
}
