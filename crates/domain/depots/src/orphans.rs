//! Content in the blob store that nobody refers to any more.
//!
//! The same bytes are stored once, whoever holds them. When a row that refers to
//! them goes, that is noted; some days later they are removed, unless somebody
//! refers to them by then. Adding a reference and removing bytes are settled one
//! after the other by a lock on their name, and whoever adds one looks whether
//! the bytes are still there.

use std::time::Duration;

use base::{Error, Result, Timestamp};
use blob::Blobs;
use call::Env;
use db::Tx;

/// How long content outlives the last row that refers to it.
const GRACE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How much of what is to go is looked at in one go.
pub(crate) const AT_ONCE: u64 = 100;

/// A part of the blob store and the rows that refer to it.
pub(crate) trait Area {
    /// Its name in the blob store.
    const NAME: &'static str;

    /// Some of what was noted until then, at most [`AT_ONCE`].
    async fn due(env: &Env, until: Timestamp) -> Result<Vec<String>>;
    /// How many rows refer to it.
    async fn holders(tx: &Tx, sha256: &str) -> Result<u64>;
    /// Removes the note.
    async fn unnote(tx: &Tx, sha256: &str) -> Result<()>;
}

/// The blobs of an area.
pub(crate) fn blobs<A: Area>(env: &Env) -> Result<Blobs> {
    env.blobs.area(A::NAME)
}

/// Waits until nobody else adds a reference to the bytes or removes them.
pub(crate) async fn lock<A: Area>(tx: &Tx, sha256: &str) -> Result<()> {
    db::lock_in_transaction(&**tx, &format!("depots:{}:{sha256}", A::NAME)).await
}

/// Before a row refers to bytes that were just stored: they may have been
/// removed in between, as nobody held them.
///
/// # Errors
/// `Unavailable` when they are gone.
pub(crate) async fn hold<A: Area>(env: &Env, tx: &Tx, sha256: &str) -> Result<()> {
    lock::<A>(tx, sha256).await?;
    if blobs::<A>(env)?.exists(sha256).await? {
        Ok(())
    } else {
        Err(Error::unavailable("the object was just being removed; send it again"))
    }
}

/// Removes content that nobody has referred to for a while.
pub(crate) async fn sweep<A: Area>(env: &Env) -> Result<()> {
    let blobs = blobs::<A>(env)?;
    let until = env.clock.now().before(GRACE);
    loop {
        let due = A::due(env, until).await?;
        if due.is_empty() {
            return Ok(());
        }
        for sha256 in due {
            let tx = env.db.begin().await?;
            lock::<A>(&tx, &sha256).await?;
            if A::holders(&tx, &sha256).await? == 0 {
                blobs.delete(&sha256).await?;
            }
            A::unnote(&tx, &sha256).await?;
            tx.commit().await?;
        }
    }
}
