//! One switch for everything that a scan has running.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base::{Error, Result};

/// Stops threads, git and scripts. Clones are the same switch.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stop(Arc<Parts>);

#[derive(Debug, Default)]
struct Parts {
    thrown: AtomicBool,
    git: git::Cancel,
    script: executor::Cancel,
}

/// Throws the switch when it is dropped.
pub(crate) struct Guard(Stop);

impl Stop {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn throw(&self) {
        self.0.thrown.store(true, Ordering::Relaxed);
        self.0.git.cancel();
        self.0.script.cancel();
    }

    pub(crate) fn is_thrown(&self) -> bool {
        self.0.thrown.load(Ordering::Relaxed)
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.is_thrown() { Err(Error::unavailable("the scan was stopped")) } else { Ok(()) }
    }

    pub(crate) fn git(&self) -> git::Cancel {
        self.0.git.clone()
    }

    pub(crate) fn script(&self) -> executor::Cancel {
        self.0.script.clone()
    }

    pub(crate) fn guard(&self) -> Guard {
        Guard(self.clone())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.throw();
    }
}
