//! Running everything that is due in the foreground; for tests and tools.

use std::sync::Arc;
use std::time::Duration;

use base::Result;
use db::Db;

use crate::claim::{Able, claim};
use crate::context::Running;
use crate::run::Bench;
use crate::{JobId, JobState, Jobs, Registry};

/// One attempt made by [`drain`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drained {
    /// The job.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// Where it stands now; queued when it will be tried again.
    pub state: JobState,
    /// Why it did not succeed.
    pub error: Option<String>,
}

/// Runs the due jobs, and those that they enqueue, one after the other until
/// none is due. Failed attempts that are to be repeated later stay queued.
///
/// # Errors
/// When the database refuses.
pub async fn drain<C: Clone + Send + Sync + 'static>(
    db: &Db,
    jobs: &Jobs,
    registry: &Registry<C>,
    context: C,
) -> Result<Vec<Drained>> {
    let bench =
        Bench { db: db.clone(), jobs: jobs.clone(), registry: Arc::new(registry.clone()), context };
    let able = Able { kinds: registry.kinds().collect(), queue: None };
    let mut drained = Vec::new();
    loop {
        // Nobody renews this lease, so it has to last.
        let lease = Duration::from_secs(60 * 60);
        let Some(row) = claim(db, &able, 1, "drain", jobs.now(), lease).await?.pop() else {
            return Ok(drained);
        };
        let (id, kind) = (row.id, row.kind.clone());
        let ended = bench.attempt(&Running::new(row)).await?;
        let state = ended.state.unwrap_or(JobState::Running);
        drained.push(Drained { id, kind, state, error: ended.error });
    }
}
