//! Taking the objects of a push into quarantine and checking them.

use std::{
    fs::{self, File},
    path::Path,
    process::Stdio,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_util::FutureExt as _;
use gix::ObjectId;
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, BufReader},
    process::ChildStderr,
    sync::{Semaphore, SemaphorePermit, mpsc},
};

use super::{
    RefCommand, fsck,
    large::{self, Stop},
    links,
    pack::{ForGit, Object, Reader},
    quarantine::Quarantine,
    report::put_band,
};
use crate::{
    Error, Oid, Repository, Result,
    serve::pump::{SILENCE, feed_counting},
};

/// How long git may look through the history for what is missing.
const CONNECTIVITY: Duration = Duration::from_secs(3600);
/// What every forge accepts, as `receive.fsck` in the settings of our repositories.
pub(super) const STRICT: &str =
    "--strict=badTimezone=ignore,missingSpaceBeforeDate=ignore,zeroPaddedFilemode=ignore";

/// What git may take for one object. Deltas can make gigabytes of a few bytes; what clients make
/// deltas of has 512 MiB at most (`core.bigFileThreshold`), and what is larger is not held whole.
const ALLOCATION_LIMIT: &str = "600m";

/// Where pieces for the client go while objects come in.
#[derive(Clone)]
pub(super) struct Progress {
    pub(super) sender: Option<mpsc::Sender<Bytes>>,
    /// Set when nothing more is read from the client: from now on it listens.
    pub(super) listening: Arc<AtomicBool>,
    pub(super) quiet: bool,
}

impl Progress {
    pub(super) async fn say(&self, text: &[u8]) {
        if let Some(sender) = &self.sender {
            let mut out = BytesMut::with_capacity(text.len() + 16);
            put_band(&mut out, 2, text);
            // Nobody may be listening any more.
            drop(sender.send(out.freeze()).await);
        }
    }
}

/// The objects of a push.
pub(super) struct Taken {
    /// `None` when there are none.
    pub(super) quarantine: Option<Quarantine>,
    /// What is known of the objects behind these.
    pub(super) closed: Closed,
}

/// What is known of the objects behind those of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    /// Nothing is missing behind any wanted tip.
    Yes,
    /// Nothing is missing behind any object of the pack.
    Pack,
    /// Nothing.
    Unknown,
}

/// Why the objects were not taken, in the words of git's report (`unpack …`).
pub(super) type NotTaken = String;

/// Reads a pack from `input` into quarantine.
pub(super) async fn take(
    repository: &Repository,
    commands: &[RefCommand],
    input: &mut (impl AsyncBufRead + Unpin),
    progress: &Progress,
) -> Result<Result<Taken, NotTaken>> {
    let mut reader = Reader::new(repository.format().kind());
    loop {
        let piece = tokio::time::timeout(SILENCE, input.fill_buf())
            .await
            .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
            .map_err(Error::io("cannot read the request"))?;
        let count = piece.len();
        let whole = if count == 0 { Err(ForGit) } else { reader.feed(piece) };
        input.consume(count);
        match whole {
            Ok(false) => {}
            Ok(true) => break,
            Err(ForGit) => {
                return take_large(repository, reader.into_raw(), input, progress).await;
            }
        }
    }
    if more_came(input) {
        return Ok(Err(refuse_junk(input).await));
    }
    progress.listening.store(true, Ordering::Relaxed);
    let (here, wanted) = (repository.clone(), commands.to_vec());
    let outcome = tokio::task::spawn_blocking(move || take_small(&here, &wanted, reader))
        .await
        .map_err(|error| Error::Repository(error.to_string()))??;
    match outcome {
        Ok(taken) => Ok(Ok(taken)),
        Err(raw) => {
            let count = sent_count(&raw);
            index_pack(repository, count, &mut raw.as_slice(), progress).await
        }
    }
}

/// How many objects a pack says that it has, by its head.
fn sent_count(head: &[u8]) -> u32 {
    let count = head.get(8..12).and_then(|count| count.try_into().ok());
    count.map_or(0, u32::from_be_bytes)
}

/// By way of a file, with all processors: what was read of the pack, then the rest of `input`.
async fn take_large(
    repository: &Repository,
    head: Vec<u8>,
    input: &mut (impl AsyncBufRead + Unpin),
    progress: &Progress,
) -> Result<Result<Taken, NotTaken>> {
    let count = sent_count(&head);
    if !large::is_for_us(&head) {
        return index_pack(repository, count, &mut head.chain(input), progress).await;
    }
    let (spool, outcome) = large::take(repository, head.into(), input, progress).await?;
    match outcome {
        Ok(closed) => Ok(Ok(Taken { quarantine: Some(spool.into_quarantine()), closed })),
        Err(Stop::Failed(error)) => Err(error),
        Err(Stop::Junk) => Ok(Err(refuse_junk(input).await)),
        Err(Stop::ForGit) => {
            tracing::debug!("a large pack is left to git");
            let file = tokio::fs::File::from_std(spool.read()?);
            let mut all = BufReader::with_capacity(1 << 17, file).chain(input);
            index_pack(repository, count, &mut all, progress).await
        }
    }
}

/// Everything in this process; gives the pack back when git is to look at it.
fn take_small(
    repository: &Repository,
    commands: &[RefCommand],
    reader: Reader,
) -> Result<Result<Taken, Vec<u8>>> {
    let mut repo = repository.local();
    repo.object_cache_size_if_unset(1 << 20);
    let find = |id: ObjectId| {
        let object = repo.try_find_object(id).ok().flatten()?.detach();
        Some((object.kind, object.data))
    };
    let unpacked = match reader.unpack(find) {
        Ok(unpacked) => unpacked,
        Err((ForGit, raw)) => return Ok(Err(raw)),
    };
    let hash = unpacked.hash;
    let check = |object: &Object| fsck::check(object.kind, &object.data, hash);
    let checked =
        unpacked.objects.iter().map(check).collect::<Result<Vec<_>, ForGit>>().and_then(|found| {
            let mut near: Vec<ObjectId> = commands
                .iter()
                .filter_map(|command| repository.reference(&command.name).ok().flatten())
                .chain(repository.head().ok().and_then(|head| head.commit))
                .map(ObjectId::from)
                .collect();
            near.sort_unstable();
            near.dedup();
            let tips: Vec<ObjectId> = commands
                .iter()
                .filter(|command| !command.new.is_zero())
                .map(|command| command.new.into())
                .collect();
            links::check(&repo, &unpacked.objects, found, &tips, near)
        });
    if checked.is_err() {
        return Ok(Err(unpacked.raw));
    }
    if unpacked.objects.is_empty() {
        return Ok(Ok(Taken { quarantine: None, closed: Closed::Yes }));
    }
    let quarantine = Quarantine::create(&repository.path().join("objects"))?;
    quarantine.write(&unpacked)?;
    Ok(Ok(Taken { quarantine: Some(quarantine), closed: Closed::Yes }))
}

/// Packs of so many bytes are on their way to the disk while git works out their deltas.
const FLUSHED_EARLY: u64 = 8 << 20;

/// Has what is in git's unfinished packs written to the disk, and counts them. Git waits for the
/// disk itself in the end; then there is little left to wait for, and nothing hangs on this.
fn flush_unfinished(packs: &Path) -> usize {
    let Ok(files) = fs::read_dir(packs) else { return 0 };
    let unfinished =
        files.flatten().filter(|file| file.file_name().as_encoded_bytes().starts_with(b"tmp_pack"));
    unfinished
        .filter(|file| File::open(file.path()).and_then(|file| file.sync_data()).is_ok())
        .count()
}

/// Has git take the pack, which says that it has `count` objects.
async fn index_pack(
    repository: &Repository,
    count: u32,
    input: &mut (impl AsyncBufRead + Unpin),
    progress: &Progress,
) -> Result<Result<Taken, NotTaken>> {
    let _turn = turn().await;
    let objects = repository.path().join("objects");
    let quarantine = tokio::task::spawn_blocking(move || Quarantine::create(&objects))
        .await
        .map_err(|error| Error::Repository(error.to_string()))??;
    let view = repository.with_objects(quarantine.path())?;
    let mut command = view
        .git("index-pack")
        .args(["--stdin", "--fix-thin", STRICT, "--check-self-contained-and-connected"])
        .env("GIT_ALLOC_LIMIT", ALLOCATION_LIMIT);
    if progress.sender.is_some() && !progress.quiet {
        command = command.arg("--show-resolving-progress");
    }
    let mut process = command.spawn(Stdio::piped(), Stdio::null(), Stdio::piped())?;
    let missing = || Error::Protocol("a stream is missing".to_owned());
    let stdin = process.stdin().ok_or_else(missing)?;
    let stderr = process.stderr().ok_or_else(missing)?;
    let listening = || progress.listening.store(true, Ordering::Relaxed);
    let ended = async {
        let words = pass_on(stderr, progress).await;
        listening();
        process.wait(&words).await
    };
    tokio::pin!(ended);
    // Git may have heard enough before the client has said everything; a client that breaks off
    // ends the push, whatever git made of the half.
    let fed = AtomicU64::new(0);
    let ended = tokio::select! {
        outcome = feed_counting(stdin, &[], input, &fed) => {
            outcome?;
            listening();
            if fed.load(Ordering::Relaxed) >= FLUSHED_EARLY {
                let packs = quarantine.path().join("pack");
                tokio::task::spawn_blocking(move || flush_unfinished(&packs));
            }
            ended.await
        }
        ended = &mut ended => ended,
    };
    let closed = match ended {
        // Objects that lean on none but each other have nothing missing behind them.
        Ok(()) => Closed::Pack,
        Err(Error::Process { status, .. }) if status == NOT_SELF_CONTAINED => Closed::Unknown,
        Err(error @ Error::Process { .. }) => {
            tracing::debug!(%error, "a pack was refused");
            drain(input).await;
            return Ok(Err("index-pack abnormal exit".to_owned()));
        }
        Err(other) => return Err(other),
    };
    let hash = repository.format().kind();
    let (quarantine, length) = tokio::task::spawn_blocking(move || {
        let length = quarantine.sent_length(count, hash);
        (quarantine, length)
    })
    .await
    .map_err(|error| Error::Repository(error.to_string()))?;
    if length? != fed.load(Ordering::Relaxed) || more_came(input) {
        return Ok(Err(refuse_junk(input).await));
    }
    Ok(Ok(Taken { quarantine: Some(quarantine), closed }))
}

/// Whether there is something behind the end of the pack. Looks at what has come already: a client
/// that keeps its side open waits for the answer.
pub(super) fn more_came(input: &mut (impl AsyncBufRead + Unpin)) -> bool {
    matches!(input.fill_buf().now_or_never(), Some(Ok([_, ..])))
}

/// `git receive-pack` refuses what has something behind it as often as not, depending on which of
/// its processes is quicker; here it is refused always.
async fn refuse_junk(input: &mut (impl AsyncBufRead + Unpin)) -> NotTaken {
    drain(input).await;
    "pack has junk at the end".to_owned()
}

/// So many large packs come in at a time, in threads here or in processes of git: most of them wait
/// for their client.
static TURNS: LazyLock<usize> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(4, usize::from);
    (4 * cores).max(32)
});
static TURNS_LEFT: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(*TURNS));

/// Waits for its turn when many pushes send large packs: first come, first served. Fetches have
/// turns of their own, so that whoever pushes slowly is in no reader's way.
pub(super) async fn turn() -> Option<SemaphorePermit<'static>> {
    // Never closed.
    TURNS_LEFT.acquire().await.ok()
}

/// How `--check-self-contained-and-connected` says that the pack leans on other objects.
const NOT_SELF_CONTAINED: &str = "exit status 1";

/// How much of a refused push is read before the refusal is sent, and how long its sender may be
/// silent. Clients do not listen while they send; beyond this they have to live with an error of
/// the connection.
const REFUSED_LIMIT: usize = 1 << 30;
const REFUSED_SILENCE: Duration = Duration::from_secs(5);

/// Reads what is left of a push that is refused, up to a gigabyte and five seconds of silence.
pub async fn drain(input: &mut (impl AsyncBufRead + Unpin)) {
    let mut seen = 0;
    while seen < REFUSED_LIMIT {
        let piece = tokio::time::timeout(REFUSED_SILENCE, input.fill_buf()).await;
        let Ok(Ok(count @ 1..)) = piece.map(|piece| piece.map(<[u8]>::len)) else { return };
        input.consume(count);
        seen += count;
    }
}

/// Passes git's words on and keeps the beginning.
async fn pass_on(mut stderr: ChildStderr, progress: &Progress) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(count @ 1..) = stderr.read(&mut chunk).await {
        let room = (16 * 1024_usize).saturating_sub(kept.len());
        kept.extend_from_slice(&chunk[..count.min(room)]);
        progress.say(&chunk[..count]).await;
    }
    kept
}

/// Asks git whether everything is there that can be reached from `tips` in `view`.
pub(crate) fn is_connected(view: &Repository, tips: &[Oid]) -> Result<bool> {
    let list: String = tips.iter().map(|tip| format!("{tip}\n")).collect();
    let outcome = view
        .git("rev-list")
        .args(["--objects", "--stdin", "--not", "--all", "--quiet"])
        .stdin(list.into_bytes())
        .timeout(CONNECTIVITY)
        .output();
    match outcome {
        Ok(_) => Ok(true),
        Err(Error::Process { .. }) => Ok(false),
        Err(other) => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use std::{path::Path, sync::Arc, time::Duration};

    use tokio::io::{AsyncWriteExt as _, BufReader, DuplexStream};

    use super::*;
    use crate::serve::receive::{PushRequest, Pusher, Receiving};

    /// How many pushes have made room for their objects, which they do when it is their turn.
    fn begun(repository: &Path) -> usize {
        let objects = std::fs::read_dir(repository.join("objects")).unwrap();
        let names = objects.map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().starts_with("incoming-")).count()
    }

    /// The processes that take objects for this repository.
    fn processes(repository: &Path) -> usize {
        let lines = std::fs::read_dir("/proc").unwrap().flatten();
        let lines = lines.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
        let lines = lines.map(|line| String::from_utf8_lossy(&line).into_owned());
        let path = repository.to_str().unwrap();
        lines.filter(|line| line.contains("index-pack") && line.contains(path)).count()
    }

    #[test]
    fn only_what_git_is_still_writing_is_flushed_early() {
        let scratch = tempfile::tempdir().unwrap();
        for name in ["tmp_pack_Xy12ab", "pack-1.pack", "tmp_idx_9"] {
            std::fs::write(scratch.path().join(name), "PACK").unwrap();
        }
        assert_eq!(flush_unfinished(scratch.path()), 1);
        assert_eq!(flush_unfinished(&scratch.path().join("gone")), 0);
    }

    async fn until(what: &str, mut holds: impl FnMut() -> bool) {
        for _ in 0..12_000 {
            if holds() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{what}");
    }

    /// A push of many objects, none of which comes. Packs of version 2 are taken in this process,
    /// those of version 3 by git.
    async fn stalled(
        repository: &Repository,
        number: usize,
        version: char,
    ) -> (Receiving, DuplexStream) {
        let (mut client, server) = tokio::io::duplex(1 << 16);
        let (old, new) = ("0".repeat(40), "1".repeat(40));
        let command = format!("{old} {new} refs/heads/b{number}\0 report-status");
        let body = format!("{:04x}{command}0000PACK\0\0\0{version}\0\x01\0\0", command.len() + 4);
        client.write_all(body.as_bytes()).await.unwrap();
        let mut input = BufReader::new(server);
        let request = PushRequest::read(&mut input).await.unwrap();
        let pusher = Pusher { name: "ada".to_owned(), mail: "ada@example.org".to_owned() };
        (repository.receive(request, input, &pusher), client)
    }

    /// However many push at once, only so many packs are taken in, here or by processes; the others
    /// wait, and have their turn when one of those before them ends, well or not.
    async fn are_limited(version: char, processes: fn(&Path) -> usize) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("bare.git");
        let repository = Repository::init(&path, "main").unwrap();
        let path = Arc::new(repository.path().to_owned());
        let (limit, more) = (*TURNS, 5);
        let mut pushes = Vec::new();
        for number in 0..limit + more {
            pushes.push(stalled(&repository, number, version).await);
        }
        until("not all turns are taken", || {
            TURNS_LEFT.available_permits() == 0 && processes(&path) == limit
        })
        .await;
        // Those who wait have not even made room.
        for _ in 0..50 {
            assert!(begun(&path) <= limit && processes(&path) <= limit);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        // Some break off: all that are left have their turn.
        pushes.drain(..more);
        until("some never have their turn", || processes(&path) == limit && begun(&path) == limit)
            .await;
        // Some hang up, some say nonsense: every turn is given back.
        for (receiving, mut client) in pushes.drain(..) {
            client.write_all(&[0; 100]).await.unwrap();
            drop(client);
            drop(receiving.arrived().await);
        }
        until("turns are not given back", || TURNS_LEFT.available_permits() == limit).await;
        until("room stays taken", || begun(&path) == 0 && processes(&path) == 0).await;
    }

    /// One after the other, as they share their turns.
    #[tokio::test(flavor = "multi_thread")]
    async fn packs_on_their_way_are_limited() {
        are_limited('\x03', processes).await;
        are_limited('\x02', begun).await;
    }
}
