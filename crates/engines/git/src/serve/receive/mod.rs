//! Pushes.
//!
//! A push comes in three steps, so that somebody else can have a say before the last one:
//! [`Repository::receive`] takes the objects into quarantine and checks each of them and that none
//! is missing; [`Arrived`] shows them to whoever judges; [`Arrived::commit`] moves them in and
//! changes the references. A push that fails or breaks off before that leaves no trace.
//!
//! A push is taken in this process: a small one in memory, which costs a fraction of starting git
//! three times, a large one by way of a file and all processors. What is not plainly fine is given
//! to git: this process accepts nothing that git would refuse, and leaves refusing to git.

mod commit;
mod contents;
mod fsck;
mod index;
mod large;
mod links;
mod objects;
mod pack;
pub(crate) mod probe;
mod quarantine;
mod report;
mod request;

pub use objects::drain;
pub use report::refuse_push;
pub use request::{PushRequest, Pusher, RefCommand, RefUpdate, UpdateResult};

pub(crate) use objects::is_connected;
pub(crate) use quarantine::PREFIX as QUARANTINE;

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use tokio::{io::AsyncBufRead, sync::mpsc, task::JoinHandle};

use crate::{Error, Oid, Repository, Result, maintain::is_older, refs::check_ref_name};
use objects::{Closed, Progress, Taken};
use quarantine::Quarantine;

/// A lock of a reference is held for milliseconds, or for seconds by a push of thousands that is
/// all or nothing. One this old, in a repository that nobody else pushes to, was left by a killed
/// process.
const STALE_LOCK: Duration = Duration::from_secs(10);
/// A client, and what stands between, hears something at least this often while it waits.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// An empty packet of the band for messages.
const ALIVE: &[u8] = b"0005\x02";

/// A push whose objects are coming in. Pass on what [`Receiving::progress`] gives, then ask for
/// [`Receiving::arrived`]. Dropping it ends the push.
pub struct Receiving {
    messages: mpsc::Receiver<Bytes>,
    listening: Arc<AtomicBool>,
    side_band: bool,
    work: Task<Result<Arrived>>,
}

/// A push whose objects are here, checked, and not yet in the repository. Dropping it leaves no
/// trace of the push.
pub struct Arrived {
    repository: Repository,
    request: PushRequest,
    pusher: Pusher,
    quarantine: Option<Quarantine>,
    /// What git calls the outcome of unpacking.
    unpacked: String,
    /// What is refused already, by the place among the commands.
    refused: HashMap<usize, String>,
    at_work: AtWork,
}

/// What came of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// One for each command, in their order.
    pub updates: Vec<RefUpdate>,
    /// The rest of the answer to the client, with the report. Send it when everything that has
    /// to be true after the push is.
    pub report: Bytes,
}

/// The repositories that this process receives pushes for, and how many.
static AT_WORK: Mutex<BTreeMap<PathBuf, usize>> = Mutex::new(BTreeMap::new());

/// One push among them.
struct AtWork {
    path: PathBuf,
    since: SystemTime,
    /// Whether it was the only one when it began.
    alone: bool,
}

impl AtWork {
    fn begin(path: &Path) -> AtWork {
        let mut all = AT_WORK.lock().unwrap_or_else(PoisonError::into_inner);
        let count = all.entry(path.to_owned()).or_default();
        *count += 1;
        AtWork { path: path.to_owned(), since: SystemTime::now(), alone: *count == 1 }
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        let mut all = AT_WORK.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = all.get_mut(&self.path) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.path);
            }
        }
    }
}

/// A task that ends with its handle.
struct Task<T>(JoinHandle<T>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Repository {
    /// Takes a push whose head was read, with the pack in `input`. Must be called within tokio.
    pub fn receive(
        &self,
        request: PushRequest,
        input: impl AsyncBufRead + Send + Unpin + 'static,
        pusher: &Pusher,
    ) -> Receiving {
        let (sender, messages) = mpsc::channel(16);
        let listening = Arc::new(AtomicBool::new(false));
        let progress = Progress {
            sender: request.side_band.then_some(sender),
            listening: Arc::clone(&listening),
            quiet: request.quiet,
        };
        let side_band = request.side_band;
        let (repository, pusher) = (self.clone(), pusher.clone());
        let work = Task(tokio::spawn(async move {
            repository.arrive(request, input, pusher, &progress).await
        }));
        Receiving { messages, listening, side_band, work }
    }

    async fn arrive(
        self,
        request: PushRequest,
        mut input: impl AsyncBufRead + Unpin,
        pusher: Pusher,
        progress: &Progress,
    ) -> Result<Arrived> {
        let at_work = AtWork::begin(self.path());
        if at_work.alone {
            self.remove_stale_locks(request.commands.iter().map(|command| command.name.as_str()));
        }
        let mut arrived = Arrived {
            repository: self,
            request,
            pusher,
            quarantine: None,
            unpacked: "ok".to_owned(),
            refused: HashMap::new(),
            at_work,
        };
        // Where everything is to be deleted no pack comes.
        if arrived.request.commands.iter().all(|command| command.new.is_zero()) {
            return Ok(arrived);
        }
        if arrived.request.format != arrived.repository.format() {
            let why = format!(
                "the objects of this repository are named by {}",
                arrived.repository.format().name()
            );
            drain(&mut input).await;
            return Ok(arrived.refuse_all(why));
        }
        let commands = &arrived.request.commands;
        match objects::take(&arrived.repository, commands, &mut input, progress).await? {
            Err(why) => Ok(arrived.refuse_all(why)),
            Ok(Taken { quarantine, closed }) => {
                arrived.quarantine = quarantine;
                let _turn = match closed {
                    Closed::Unknown => objects::turn().await,
                    _ => None,
                };
                tokio::task::spawn_blocking(move || arrived.connect(closed))
                    .await
                    .map_err(|error| Error::Repository(error.to_string()))?
            }
        }
    }

    /// Removes locks that killed processes have left where this push would meet them.
    fn remove_stale_locks<'a>(&self, names: impl Iterator<Item = &'a str>) {
        let refs = names.filter(|name| check_ref_name(name).is_ok());
        for name in refs.chain(["packed-refs", "HEAD"]) {
            let path = self.path().join(format!("{name}.lock"));
            if is_older(&path, STALE_LOCK) {
                tracing::warn!(path = %path.display(), "removing a lock that was left behind");
                drop(std::fs::remove_file(&path));
            }
        }
    }
}

impl Receiving {
    /// The next piece of the answer that may go to the client now: git's progress and complaints,
    /// or a sign of life. `None` when all objects are here, or never will be.
    pub async fn progress(&mut self) -> Option<Bytes> {
        loop {
            match tokio::time::timeout(KEEP_ALIVE, self.messages.recv()).await {
                Ok(message) => return message,
                Err(_) if self.side_band && self.listening.load(Ordering::Relaxed) => {
                    return Some(Bytes::from_static(ALIVE));
                }
                Err(_) => {}
            }
        }
    }

    /// Waits for the objects.
    ///
    /// # Errors
    /// [`Error::Io`] when the client broke off or the disk refuses, [`Error::Process`] when git
    /// cannot do its work. What git finds wrong with the objects is no error: it is refused in the
    /// report.
    pub async fn arrived(mut self) -> Result<Arrived> {
        while self.progress().await.is_some() {}
        (&mut self.work.0).await.map_err(|error| Error::Repository(error.to_string()))?
    }
}

impl Arrived {
    /// The push, none of whose objects were taken, for a reason in the words of git's report.
    fn refuse_all(mut self, why: String) -> Arrived {
        for index in 0..self.request.commands.len() {
            self.refused.insert(index, why.clone());
        }
        self.unpacked = why;
        self
    }

    /// Finds the commands whose objects are not all here.
    fn connect(mut self, closed: Closed) -> Result<Arrived> {
        let tips: Vec<Oid> = self
            .request
            .commands
            .iter()
            .filter(|command| !command.new.is_zero())
            .map(|command| command.new)
            .collect();
        let known = match closed {
            Closed::Yes => true,
            Closed::Pack => {
                let ids: Vec<_> = tips.iter().map(|tip| (*tip).into()).collect();
                self.quarantine.as_ref().is_some_and(|quarantine| quarantine.holds(&ids))
            }
            Closed::Unknown => false,
        };
        if known {
            return Ok(self);
        }
        let view = self.view()?;
        if objects::is_connected(&view, &tips)? {
            return Ok(self);
        }
        for (index, command) in self.request.commands.iter().enumerate() {
            let alone = [command.new];
            if !command.new.is_zero() && (tips.len() == 1 || !objects::is_connected(&view, &alone)?)
            {
                self.refused.insert(index, "missing necessary objects".to_owned());
            }
        }
        Ok(self)
    }

    fn view(&self) -> Result<Repository> {
        match &self.quarantine {
            Some(quarantine) => self.repository.with_objects(quarantine.path()),
            None => Ok(self.repository.clone()),
        }
    }

    /// The changes that nothing speaks against so far.
    pub fn commands(&self) -> Vec<RefCommand> {
        let all = self.request.commands.iter().enumerate();
        all.filter(|(index, _)| !self.refused.contains_key(index))
            .map(|(_, command)| command.clone())
            .collect()
    }

    /// The push options.
    pub fn options(&self) -> &[String] {
        &self.request.options
    }

    /// The repository as it is with the objects of this push in it, for as long as this value
    /// lives; references are what they were. For looking only.
    ///
    /// # Errors
    /// [`Error::Io`] when the quarantine cannot be read.
    pub fn repository(&self) -> Result<Repository> {
        self.view()
    }

    /// Text for the client's terminal (`remote: …`), as a piece of the answer; empty for a client
    /// that cannot show it.
    pub fn message(&self, text: &str) -> Bytes {
        report::message(&self.request, text)
    }
}

impl std::fmt::Debug for Arrived {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arrived").field("request", &self.request).finish_non_exhaustive()
    }
}
