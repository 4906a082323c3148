//! Moving bytes between a client and a git process.

use std::{
    io,
    pin::Pin,
    process::Stdio,
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt},
    process::{ChildStderr, ChildStdin},
    sync::mpsc,
};

use crate::{Error, GitCommand, Result, process::AsyncProcess};

/// How much is read from a process at once, at most.
const CHUNK: usize = 128 * 1024;
/// How many chunks wait for the client, at most.
const CHUNKS_WAITING: usize = 4;

/// How long a client may neither send nor take anything before it is given up.
pub(crate) const SILENCE: Duration = Duration::from_secs(900);

/// What a service answers, piece by piece. Dropping it ends the work behind it.
pub struct PackStream(Source);

enum Source {
    Ready(Option<Bytes>),
    Running(mpsc::Receiver<Result<Bytes>>),
    /// As `Running`, and what is left of what came already.
    Begun(Option<Bytes>, mpsc::Receiver<Result<Bytes>>),
}

impl PackStream {
    /// An answer that is there already.
    pub fn ready(bytes: impl Into<Bytes>) -> PackStream {
        PackStream(Source::Ready(Some(bytes.into())))
    }

    /// An answer that is still being made: what is sent comes out of the stream, which ends with
    /// its sender.
    pub fn channel() -> (mpsc::Sender<Result<Bytes>>, PackStream) {
        let (sender, receiver) = mpsc::channel(CHUNKS_WAITING);
        (sender, PackStream(Source::Running(receiver)))
    }

    /// Waits until something of the answer is there, so that whoever passes it on can say what went
    /// wrong before that.
    ///
    /// # Errors
    /// What the stream would have said first.
    pub async fn begun(self) -> Result<PackStream> {
        match self.0 {
            Source::Running(mut receiver) => {
                let first = receiver.recv().await.transpose()?;
                Ok(PackStream(Source::Begun(first, receiver)))
            }
            other => Ok(PackStream(other)),
        }
    }
}

/// Hands a piece to whoever holds the stream; an error when nobody does, or nobody takes it.
pub(crate) async fn pass(sender: &mpsc::Sender<Result<Bytes>>, piece: Bytes) -> Result<()> {
    match tokio::time::timeout(SILENCE, sender.send(Ok(piece))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Error::Cancelled),
    }
}

impl Stream for PackStream {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        match &mut self.0 {
            Source::Ready(bytes) => Poll::Ready(bytes.take().map(Ok)),
            Source::Running(receiver) => receiver.poll_recv(cx),
            Source::Begun(first, receiver) => match first.take() {
                Some(bytes) => Poll::Ready(Some(Ok(bytes))),
                None => receiver.poll_recv(cx),
            },
        }
    }
}

impl std::fmt::Debug for PackStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PackStream")
    }
}

/// Starts a service with all three streams connected.
pub(crate) fn start(
    command: &GitCommand,
) -> Result<(AsyncProcess, ChildStdin, Chunks<tokio::process::ChildStdout>, ChildStderr)> {
    let mut process = command.spawn(Stdio::piped(), Stdio::piped(), Stdio::piped())?;
    let missing = || Error::Protocol("a stream is missing".to_owned());
    let stdin = process.stdin().ok_or_else(missing)?;
    let stdout = process.stdout().ok_or_else(missing)?;
    let stderr = process.stderr().ok_or_else(missing)?;
    Ok((process, stdin, Chunks::new(stdout), stderr))
}

/// Writes `head`, then all of `input`, then closes. A process that has heard enough and closes
/// its side is no error.
pub(crate) async fn feed(
    stdin: ChildStdin,
    head: &[u8],
    input: &mut (impl AsyncBufRead + Unpin),
) -> Result<()> {
    feed_counting(stdin, head, input, &AtomicU64::new(0)).await
}

/// As [`feed`]; `fed` is how many bytes the process was given so far.
pub(crate) async fn feed_counting(
    mut stdin: ChildStdin,
    head: &[u8],
    input: &mut (impl AsyncBufRead + Unpin),
    fed: &AtomicU64,
) -> Result<()> {
    let gone = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    match stdin.write_all(head).await {
        Err(error) if gone(&error) => return Ok(()),
        other => other.map_err(Error::io("cannot write to git"))?,
    }
    fed.fetch_add(head.len() as u64, Ordering::Relaxed);
    loop {
        let available = tokio::time::timeout(SILENCE, input.fill_buf())
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
            .map_err(Error::io("cannot read the request"))?;
        if available.is_empty() {
            return Ok(());
        }
        let count = available.len();
        match stdin.write_all(available).await {
            Err(error) if gone(&error) => return Ok(()),
            other => other.map_err(Error::io("cannot write to git"))?,
        }
        input.consume(count);
        fed.fetch_add(count as u64, Ordering::Relaxed);
    }
}

/// Reads pieces without copying them again.
///
/// Git writes a pack in pieces of 8 KiB. The first ones are passed on as they come; once it is clear
/// that much is coming they are gathered, which saves most of the work behind.
pub(crate) struct Chunks<R> {
    reader: R,
    buffer: BytesMut,
    seen: usize,
}

/// After this many bytes much is coming.
const GATHER_AFTER: usize = 64 * 1024;
/// How much is gathered, at least, if it comes in time.
const GATHERED: usize = 64 * 1024;
/// How long is gathered; a message of git's does not wait longer.
const GATHER_TIME: Duration = Duration::from_millis(5);

impl<R: AsyncRead + Unpin> Chunks<R> {
    fn new(reader: R) -> Chunks<R> {
        Chunks { reader, buffer: BytesMut::new(), seen: 0 }
    }

    /// What there is, at least one byte; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>> {
        let mut count = self.read().await?;
        if count > 0 && self.seen > GATHER_AFTER {
            let time = tokio::time::sleep(GATHER_TIME);
            tokio::pin!(time);
            while count > 0 && self.buffer.len() < GATHERED {
                count = tokio::select! {
                    biased;
                    count = self.read() => count?,
                    () = &mut time => break,
                };
            }
        }
        let piece = self.buffer.split().freeze();
        Ok((!piece.is_empty()).then_some(piece))
    }

    async fn read(&mut self) -> Result<usize> {
        if self.buffer.capacity() - self.buffer.len() < CHUNK / 2 {
            self.buffer.reserve(CHUNK);
        }
        let count = self
            .reader
            .read_buf(&mut self.buffer)
            .await
            .map_err(Error::io("cannot read from git"))?;
        self.seen += count;
        Ok(count)
    }
}

/// Reads to the end and keeps the first 16 KiB.
pub(crate) async fn complaint(mut stderr: ChildStderr) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(count @ 1..) = stderr.read(&mut chunk).await {
        let room = (16 * 1024_usize).saturating_sub(kept.len());
        kept.extend_from_slice(&chunk[..count.min(room)]);
    }
    kept
}
