//! Locks on files, made ready for asking.

use std::collections::HashMap;

use crate::lfs::Lock;
use crate::rules::Pushing;

#[derive(Debug, Default)]
pub(super) struct Locks(HashMap<String, Lock>);

impl Locks {
    pub(super) fn new(locks: Vec<Lock>) -> Self {
        Self(locks.into_iter().map(|lock| (lock.path.clone(), lock)).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name of somebody else who has locked the file.
    pub(super) fn other_owner(&self, who: &Pushing, path: &str) -> Option<&str> {
        let lock = self.0.get(path)?;
        let own = match lock.user {
            Some(user) => who.user == Some(user),
            None => who.user.is_none() && lock.owner == who.name,
        };
        (!own).then_some(&*lock.owner)
    }
}
