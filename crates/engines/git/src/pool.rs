use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use crate::{Repository, Result};

/// Keeps the most recently used repositories open.
///
/// Whoever deletes a repository must [forget](Pool::forget) it, or a new one at the same path
/// would be read through the old one's eyes.
pub struct Pool {
    open: Mutex<Open>,
    capacity: usize,
}

#[derive(Default)]
struct Open {
    clock: u64,
    repositories: HashMap<PathBuf, (u64, Repository)>,
}

impl Pool {
    /// A pool of at most `capacity` (at least one) repositories.
    pub fn new(capacity: usize) -> Pool {
        Pool { open: Mutex::default(), capacity: capacity.max(1) }
    }

    /// The repository at `path`, opened when it is not open yet.
    ///
    /// # Errors
    /// As [`Repository::open`].
    pub fn get(&self, path: &Path) -> Result<Repository> {
        {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.clock += 1;
            let now = open.clock;
            if let Some((used, repository)) = open.repositories.get_mut(path) {
                *used = now;
                return Ok(repository.clone());
            }
        }
        // Opened outside the lock; two who do so at once waste a millisecond.
        let repository = Repository::open(path)?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.repositories.len() >= self.capacity
            && let Some(oldest) = open
                .repositories
                .iter()
                .min_by_key(|(_, (used, _))| *used)
                .map(|(path, _)| path.clone())
        {
            open.repositories.remove(&oldest);
        }
        let now = open.clock;
        open.repositories.insert(path.to_owned(), (now, repository.clone()));
        Ok(repository)
    }

    /// Closes the repository at `path`, as soon as nobody uses it.
    pub fn forget(&self, path: &Path) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.repositories.remove(path);
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}
