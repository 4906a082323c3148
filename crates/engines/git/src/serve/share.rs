//! One pack for many who want the same.
//!
//! A fetch asks for objects by name, so two requests that say the same, about references that are
//! the same, have the same answer. It is made by one git process and read by all of them:
//!
//! * As long as one client reads, pieces go to it through memory, and git waits for it. The first
//!   megabytes are kept.
//! * When a second one comes before more than those were made, or for an answer that was asked for
//!   a moment ago already, the answer goes to a file from its beginning, at git's speed, and each
//!   reads at its own.
//! * A whole answer stays for who comes later, until the references change or room is needed.
//!
//! The files have no names: nothing is left of them when this process ends, however it does.

use std::{
    collections::{HashMap, VecDeque},
    fs::{self, File, OpenOptions},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{
        Arc, LazyLock, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use gix::ObjectId;
use tokio::sync::{Notify, mpsc};

use super::pump::{SILENCE, pass};
use crate::{Error, Repository, Result};

/// How much of an answer is kept in memory so that others can join in.
const KEPT: usize = 8 << 20;
/// How many pieces wait for a single reader beyond that.
const AHEAD: usize = 4;
/// What a reader takes from the file at once.
const PIECE: usize = 128 << 10;
/// What all files may have together, in bytes.
const ROOM: u64 = 4 << 30;
/// Answers about larger repositories are not shared: they might not fit.
const LARGEST: u64 = ROOM / 4;
/// A request that comes again within this time will come a third time.
const SOON: Duration = Duration::from_secs(120);
/// How many requests are remembered for that.
const REMEMBERED: usize = 4096;
/// With more references in files of their own, looking at all of them costs more than it saves.
const LOOSE_LIMIT: usize = 500;

/// What makes two answers the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    repository: PathBuf,
    references: ObjectId,
    request: ObjectId,
}

impl Key {
    /// The key of a request; `None` when its answer is not to be shared.
    pub(super) fn of(repository: &Repository, request: &[u8]) -> Option<Key> {
        let hash = |bytes: &[u8]| {
            let mut hasher = gix::hash::hasher(gix::hash::Kind::Sha1);
            hasher.update(bytes);
            hasher.try_finalize().ok()
        };
        let size = repository.tidiness().ok()?;
        if size.pack_bytes > LARGEST {
            return None;
        }
        Some(Key {
            repository: repository.path().to_path_buf(),
            references: hash(&references(repository.path())?)?,
            request: hash(request)?,
        })
    }
}

/// Everything that changes with any reference: the content of those in files of their own, and
/// which file the packed ones are.
fn references(repository: &Path) -> Option<Vec<u8>> {
    use std::os::unix::fs::MetadataExt;
    let mut all = Vec::with_capacity(4096);
    if let Ok(packed) = fs::metadata(repository.join("packed-refs")) {
        let parts = [packed.ino(), packed.size(), packed.mtime().cast_unsigned()];
        all.extend(parts.iter().flat_map(|part| part.to_be_bytes()));
        all.extend(packed.mtime_nsec().to_be_bytes());
    }
    all.extend(fs::read(repository.join("HEAD")).ok()?);
    let mut count = 0;
    let mut directories = vec![repository.join("refs")];
    while let Some(directory) = directories.pop() {
        let mut entries: Vec<_> = fs::read_dir(&directory).ok()?.flatten().collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                directories.push(entry.path());
                continue;
            }
            count += 1;
            if count > LOOSE_LIMIT {
                return None;
            }
            all.extend(entry.path().as_os_str().as_encoded_bytes());
            all.extend(fs::read(entry.path()).unwrap_or_default());
        }
    }
    Some(all)
}

/// An answer that is being made, or is whole.
pub(super) struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    /// Pieces for a single reader; `first` is the number of the first one.
    pieces: VecDeque<Bytes>,
    first: usize,
    /// How many pieces that reader has taken.
    taken: usize,
    /// How many bytes there are.
    made: u64,
    /// Where they are once more than one reads.
    file: Option<Arc<File>>,
    readers: usize,
    end: Option<Result<(), String>>,
}

impl State {
    fn is_joinable(&self) -> bool {
        self.file.is_some() || (self.first == 0 && self.made <= KEPT as u64)
    }
}

/// What the one who makes an answer holds.
pub(super) struct Producer {
    shared: Arc<Shared>,
    key: Key,
}

/// Who asks either makes the answer or reads what somebody else makes.
pub(super) enum Role {
    /// Make it, and read it as well.
    Make(Producer, Reader),
    /// Read it.
    Read(Reader),
}

pub(super) struct Reader {
    shared: Arc<Shared>,
    piece: usize,
    at: u64,
}

/// What a reader finds.
enum Step {
    Piece(Bytes),
    /// More is in the file, which has so many bytes.
    File(Arc<File>, u64),
    End,
    Failed(String),
    Wait,
}

#[derive(Default)]
struct Answers {
    clock: u64,
    all: HashMap<Key, (u64, Arc<Shared>)>,
    asked: HashMap<Key, Instant>,
}

static ANSWERS: LazyLock<Mutex<Answers>> = LazyLock::new(Mutex::default);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Finds out who makes the answer to this request. Blocks for a moment when what was made has to
/// be moved into a file.
pub(super) fn take_part(key: Key) -> Result<Role> {
    let mut answers = lock(&ANSWERS);
    answers.clock += 1;
    let now = answers.clock;
    // What was made before the references changed is for nobody any more.
    answers.all.retain(|other, _| {
        other.repository != key.repository || other.references == key.references
    });
    if let Some((used, shared)) = answers.all.get_mut(&key) {
        let shared = Arc::clone(shared);
        if let Some(reader) = Reader::join(&shared, &key.repository)? {
            *used = now;
            return Ok(Role::Read(reader));
        }
    }
    let again = answers.asked.get(&key).is_some_and(|asked| asked.elapsed() < SOON);
    if answers.asked.len() >= REMEMBERED {
        answers.asked.retain(|_, asked| asked.elapsed() < SOON);
        if answers.asked.len() >= REMEMBERED {
            answers.asked.clear();
        }
    }
    answers.asked.insert(key.clone(), Instant::now());
    let file = if again { Some(Arc::new(nameless(&key.repository)?)) } else { None };
    let shared = Arc::new(Shared {
        state: Mutex::new(State { file, readers: 1, ..State::default() }),
        changed: Notify::new(),
    });
    answers.all.insert(key.clone(), (now, Arc::clone(&shared)));
    let reader = Reader { shared: Arc::clone(&shared), piece: 0, at: 0 };
    Ok(Role::Make(Producer { shared, key }, reader))
}

/// A file that only its handles know.
fn nameless(repository: &Path) -> Result<File> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let path = repository.join("objects").join(format!("tmp_share_{}_{count}", std::process::id()));
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)
        .map_err(Error::at("create", &path))?;
    fs::remove_file(&path).map_err(Error::at("remove", &path))?;
    Ok(file)
}

impl Reader {
    /// One more reader, if the answer is still there from its beginning.
    fn join(shared: &Arc<Shared>, repository: &Path) -> Result<Option<Reader>> {
        let mut state = lock(&shared.state);
        if !state.is_joinable() || matches!(state.end, Some(Err(_))) {
            return Ok(None);
        }
        if state.file.is_none() {
            let file = nameless(repository)?;
            let mut at = 0;
            for piece in &state.pieces {
                file.write_all_at(piece, at).map_err(Error::io("cannot keep an answer"))?;
                at += piece.len() as u64;
            }
            state.pieces.clear();
            state.file = Some(Arc::new(file));
        }
        state.readers += 1;
        drop(state);
        shared.changed.notify_waiters();
        Ok(Some(Reader { shared: Arc::clone(shared), piece: 0, at: 0 }))
    }

    /// What there is for this reader now.
    fn look(&mut self) -> Step {
        let mut state = lock(&self.shared.state);
        if let Some(file) = &state.file
            && self.at < state.made
        {
            return Step::File(Arc::clone(file), state.made);
        }
        if state.file.is_none() && self.piece < state.first + state.pieces.len() {
            let piece = state.pieces[self.piece - state.first].clone();
            self.piece += 1;
            self.at += piece.len() as u64;
            state.taken = self.piece;
            // Too late for others: nothing needs to be kept.
            while state.made > KEPT as u64 && state.first < state.taken {
                state.pieces.pop_front();
                state.first += 1;
            }
            return Step::Piece(piece);
        }
        match &state.end {
            Some(Ok(())) => Step::End,
            Some(Err(why)) => Step::Failed(why.clone()),
            None => Step::Wait,
        }
    }

    /// The next piece; `None` at the end.
    async fn next(&mut self) -> Result<Option<Bytes>> {
        let shared = Arc::clone(&self.shared);
        loop {
            let changed = shared.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            match self.look() {
                Step::Piece(piece) => {
                    shared.changed.notify_waiters();
                    return Ok(Some(piece));
                }
                Step::File(file, made) => return self.read(file, made).await.map(Some),
                Step::End => return Ok(None),
                Step::Failed(why) => return Err(Error::Repository(why)),
                Step::Wait => changed.await,
            }
        }
    }

    async fn read(&mut self, file: Arc<File>, made: u64) -> Result<Bytes> {
        let at = self.at;
        let length = usize::try_from(made - at).unwrap_or(PIECE).min(PIECE);
        let piece = tokio::task::spawn_blocking(move || {
            let mut piece = BytesMut::zeroed(length);
            file.read_exact_at(&mut piece, at).map(|()| piece.freeze())
        })
        .await
        .map_err(|error| Error::Repository(error.to_string()))?
        .map_err(Error::io("cannot read a kept answer"))?;
        self.at += length as u64;
        Ok(piece)
    }

    /// Sends everything to a client.
    pub(super) async fn pump(mut self, sender: &mpsc::Sender<Result<Bytes>>) {
        let gone = sender.clone();
        let all = async {
            while let Some(piece) = self.next().await? {
                pass(sender, piece).await?;
            }
            Ok::<(), Error>(())
        };
        let outcome = tokio::select! {
            () = gone.closed() => return,
            outcome = all => outcome,
        };
        if let Err(error) = outcome {
            drop(sender.send(Err(error)).await);
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        lock(&self.shared.state).readers -= 1;
        self.shared.changed.notify_waiters();
    }
}

impl Producer {
    /// Adds a piece; waits for a single reader that is slower.
    ///
    /// # Errors
    /// [`Error::Cancelled`] when nobody reads any more, or the single reader takes nothing.
    pub(super) async fn add(&self, piece: Bytes) -> Result<()> {
        let mut piece = Some(piece);
        let until = Instant::now() + SILENCE;
        loop {
            let changed = self.shared.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let file = {
                let mut state = lock(&self.shared.state);
                if state.readers == 0 {
                    return Err(Error::Cancelled);
                }
                let waiting = (state.first + state.pieces.len()).saturating_sub(state.taken);
                match (&state.file, piece.take()) {
                    (_, None) => return Ok(()),
                    (Some(file), Some(bytes)) => Some((Arc::clone(file), state.made, bytes)),
                    (None, Some(bytes)) if state.made <= KEPT as u64 || waiting < AHEAD => {
                        state.made += bytes.len() as u64;
                        state.pieces.push_back(bytes);
                        None
                    }
                    (None, Some(bytes)) => {
                        piece = Some(bytes);
                        None
                    }
                }
            };
            if let Some((file, at, bytes)) = file {
                let length = bytes.len() as u64;
                tokio::task::spawn_blocking(move || file.write_all_at(&bytes, at))
                    .await
                    .map_err(|error| Error::Repository(error.to_string()))?
                    .map_err(Error::io("cannot keep an answer"))?;
                lock(&self.shared.state).made += length;
            }
            if piece.is_none() {
                self.shared.changed.notify_waiters();
                return Ok(());
            }
            let left = until.saturating_duration_since(Instant::now());
            if tokio::time::timeout(left, changed).await.is_err() {
                return Err(Error::Cancelled);
            }
        }
    }

    /// Waits until nobody reads any more.
    pub(super) async fn deserted(&self) {
        loop {
            let changed = self.shared.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if lock(&self.shared.state).readers == 0 {
                return;
            }
            changed.await;
        }
    }

    /// The answer is whole, or never will be. It stays for others if it is worth it.
    pub(super) fn end(self, outcome: Result<(), String>, keep: bool) {
        let kept = {
            let mut state = lock(&self.shared.state);
            let kept = keep && outcome.is_ok() && state.file.is_some();
            state.end = Some(outcome);
            kept
        };
        if kept {
            make_room();
        } else {
            forget(&self.key, &self.shared);
        }
        self.shared.changed.notify_waiters();
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        let mut state = lock(&self.shared.state);
        if state.end.is_none() {
            state.end = Some(Err("the answer was not finished".to_owned()));
            drop(state);
            forget(&self.key, &self.shared);
            self.shared.changed.notify_waiters();
        }
    }
}

fn forget(key: &Key, shared: &Arc<Shared>) {
    let mut answers = lock(&ANSWERS);
    if answers.all.get(key).is_some_and(|(_, kept)| Arc::ptr_eq(kept, shared)) {
        answers.all.remove(key);
    }
}

/// Lets go of whole answers, the least recently used first, while there are too many.
fn make_room() {
    let mut answers = lock(&ANSWERS);
    let mut whole: Vec<(u64, u64, Key)> = answers
        .all
        .iter()
        .filter_map(|(key, (used, shared))| {
            let state = lock(&shared.state);
            (state.file.is_some() && state.end.is_some()).then(|| (*used, state.made, key.clone()))
        })
        .collect();
    whole.sort_unstable_by_key(|(used, ..)| *used);
    let mut total: u64 = whole.iter().map(|(_, made, _)| made).sum();
    for (_, made, key) in whole {
        if total <= ROOM {
            break;
        }
        answers.all.remove(&key);
        total -= made;
    }
}
