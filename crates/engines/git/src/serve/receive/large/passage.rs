//! From the client to a pack in quarantine: what comes is passed to a thread that keeps it, then all
//! processors work, while the client hears how far they are.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt},
    sync::{Semaphore, mpsc},
    task::JoinHandle,
};

use super::{
    super::{
        objects::{Closed, Progress, more_came, turn},
        quarantine::Quarantine,
    },
    Spool, Stop, Watch,
};
use crate::{Error, Repository, Result, serve::pump::SILENCE};

/// So many large packs are worked out at a time: each does so with all processors, and holds memory
/// meanwhile.
static RESOLVING: Semaphore = Semaphore::const_new(2);

/// Takes a pack that begins with `head`, which was read, and goes on in `input`. Where it is not
/// taken, all that came is in the file.
pub(in super::super) async fn take(
    repository: &Repository,
    head: Bytes,
    input: &mut (impl AsyncBufRead + Unpin),
    progress: &Progress,
) -> Result<(Spool, Result<Closed, Stop>)> {
    let watch = Watching::default();
    let (spool, pack) = {
        let _turn = turn().await;
        let objects = repository.path().join("objects");
        let hash = repository.format().kind();
        let (pieces, waiting) = mpsc::channel(PIECES_WAITING);
        let work = tokio::task::spawn_blocking(move || {
            let spool = Spool::create(Quarantine::create(&objects)?)?;
            let pack = spool.take(hash, waiting);
            Ok((spool, pack))
        });
        pass_in(head, input, &pieces).await?;
        // Without more pieces it comes to its end.
        drop(pieces);
        ended(work).await?
    };
    progress.listening.store(true, Ordering::Relaxed);
    let pack = match pack {
        Ok(_) if more_came(input) => return Ok((spool, Err(Stop::Junk))),
        Ok(pack) => pack,
        Err(stop) => return Ok((spool, Err(stop))),
    };
    // Never closed.
    let _turn = RESOLVING.acquire().await.ok();
    let (here, seen) = (repository.clone(), Arc::clone(&watch.0));
    let work = tokio::task::spawn_blocking(move || {
        let indexed = spool.index(&here, pack, &seen);
        Ok((spool, indexed))
    });
    watch.until(ended(work), progress).await
}

/// Waits for a blocking task.
async fn ended<T>(work: JoinHandle<Result<T>>) -> Result<T> {
    work.await.map_err(|error| Error::Repository(error.to_string()))?
}

/// How many pieces of a pack may wait for whoever reads them.
const PIECES_WAITING: usize = 8;

/// Passes what was read, and what comes, until nobody takes it or nothing comes any more.
async fn pass_in(
    head: Bytes,
    input: &mut (impl AsyncBufRead + Unpin),
    pieces: &mpsc::Sender<Bytes>,
) -> Result<()> {
    if pieces.send(head).await.is_err() {
        // Why nobody takes it, they say themselves.
        return Ok(());
    }
    loop {
        let piece = tokio::select! {
            piece = tokio::time::timeout(SILENCE, input.fill_buf()) => piece
                .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
                .map_err(Error::io("cannot read the request"))?,
            () = pieces.closed() => return Ok(()),
        };
        let count = piece.len();
        if count == 0 || pieces.send(Bytes::copy_from_slice(piece)).await.is_err() {
            return Ok(());
        }
        input.consume(count);
    }
}

/// Whoever waits for a large pack.
#[derive(Default)]
struct Watching(Arc<Watch>);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }
}

impl Watching {
    /// Waits for `work`, and tells the client how far it is, once a second, in git's words.
    async fn until<T>(
        &self,
        work: impl Future<Output = Result<T>>,
        progress: &Progress,
    ) -> Result<T> {
        tokio::pin!(work);
        let mut told = false;
        loop {
            match tokio::time::timeout(Duration::from_secs(1), &mut work).await {
                Err(_) if !progress.quiet => {
                    told = true;
                    progress.say(self.words("\r").as_bytes()).await;
                }
                Err(_) => {}
                Ok(outcome) => {
                    if told && outcome.is_ok() {
                        progress.say(self.words(", done.\n").as_bytes()).await;
                    }
                    return outcome;
                }
            }
        }
    }

    fn words(&self, end: &str) -> String {
        let all = self.0.deltas.load(Ordering::Relaxed);
        let done = self.0.resolved.load(Ordering::Relaxed);
        let percent = u64::from(done) * 100 / u64::from(all).max(1);
        format!("Resolving deltas: {percent:>3}% ({done}/{all}){end}")
    }
}
