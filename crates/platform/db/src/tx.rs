//! Units of work.

use std::ops::Deref;
use std::sync::Mutex;

use base::Result;
use sea_orm::DatabaseTransaction;

type AfterCommit = Box<dyn FnOnce() + Send>;

/// A unit of work: everything in it happens, or nothing does.
///
/// Dropping it undoes it. It derefs to the connection that its queries take.
pub struct Tx {
    inner: DatabaseTransaction,
    after_commit: Mutex<Vec<AfterCommit>>,
}

impl Tx {
    pub(crate) fn new(inner: DatabaseTransaction) -> Self {
        Self { inner, after_commit: Mutex::new(Vec::new()) }
    }

    /// Has `act` done once the work is durable, and never if it is undone:
    /// waking a worker, telling a listener. It must not block or fail.
    pub fn after_commit(&self, act: impl FnOnce() + Send + 'static) {
        match self.after_commit.lock() {
            Ok(mut acts) => acts.push(Box::new(act)),
            Err(poisoned) => poisoned.into_inner().push(Box::new(act)),
        }
    }

    /// Makes the work durable and then does what was asked for after that.
    ///
    /// # Errors
    /// When the database refuses; then nothing has happened.
    pub async fn commit(self) -> Result<()> {
        self.inner.commit().await?;
        let acts =
            self.after_commit.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        for act in acts {
            act();
        }
        Ok(())
    }

    /// Undoes the work now instead of when it is dropped.
    ///
    /// # Errors
    /// When the database cannot be reached; the work is undone all the same.
    pub async fn rollback(self) -> Result<()> {
        Ok(self.inner.rollback().await?)
    }
}

impl Deref for Tx {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tx")
    }
}
