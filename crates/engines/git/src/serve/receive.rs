//! Pushes.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bytes::{BufMut, Bytes, BytesMut};
use tokio::{io::AsyncBufRead, process::ChildStdout, task::JoinHandle};

use super::{
    pktline::{MAX_PACKET, Packet, PacketReader, put_flush, put_packet, take_packet},
    pump::{Chunks, complaint, feed, start},
};
use crate::{
    Error, GitCommand, Oid, Repository, Result,
    maintain::is_older,
    process::AsyncProcess,
    refs::{check_ref_name, clean_identity},
    repository::sync,
};

/// What the commands and options of a push may take together, in bytes: some 100,000 references.
const HEAD_LIMIT: usize = 16 * 1024 * 1024;
/// How many push options there may be.
const OPTIONS_LIMIT: usize = 100;
/// What git may report, in bytes.
const REPORT_LIMIT: usize = 64 * 1024 * 1024;
/// A lock of a reference is held for milliseconds, or for seconds by a push of thousands that is
/// all or nothing. One this old, in a repository that nobody else pushes to, was left by a killed
/// process.
const STALE_LOCK: Duration = Duration::from_secs(10);

/// A change of one reference that a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefCommand {
    /// The full name, such as `refs/heads/main`. Not checked yet.
    pub name: String,
    /// What the client believes it is; [`Oid::ZERO`]: it does not exist.
    pub old: Oid,
    /// What it shall be; [`Oid::ZERO`]: it shall not exist.
    pub new: Oid,
}

/// What became of a [`RefCommand`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefUpdate {
    /// The full name.
    pub name: String,
    /// What it was.
    pub old: Oid,
    /// What it is now, when `result` is `Updated`.
    pub new: Oid,
    /// Whether it was done.
    pub result: UpdateResult,
}

/// Whether a reference was updated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdateResult {
    /// It was, and it is on disk.
    Updated,
    /// It was not, and why in git's words.
    Refused(String),
}

/// Who pushes, for the reflog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pusher {
    /// The name.
    pub name: String,
    /// The mail address.
    pub mail: String,
}

/// The head of a push: everything before the pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushRequest {
    /// The changes asked for. Empty when a client only tries whether it may talk to us: answer
    /// with an empty body.
    pub commands: Vec<RefCommand>,
    /// The push options (`git push -o`).
    pub options: Vec<String>,
    side_band: bool,
    report: bool,
    raw: Bytes,
}

impl PushRequest {
    /// Reads the head of a push and leaves the pack in `input`.
    ///
    /// # Errors
    /// [`Error::Protocol`] when it is none, or too long; [`Error::Io`].
    pub async fn read(input: &mut (impl AsyncBufRead + Unpin)) -> Result<PushRequest> {
        let mut reader = PacketReader::new(input, HEAD_LIMIT);
        let mut request = PushRequest {
            commands: Vec::new(),
            options: Vec::new(),
            side_band: false,
            report: false,
            raw: Bytes::new(),
        };
        let mut wants_options = false;
        loop {
            match reader.next().await? {
                None if request.commands.is_empty() => return Ok(request),
                Some(Packet::Flush) => break,
                Some(packet @ Packet::Data(_)) => {
                    let line = packet.line().unwrap_or_default();
                    let (line, capabilities) = match line.iter().position(|byte| *byte == 0) {
                        Some(nul) => (&line[..nul], &line[nul + 1..]),
                        None => (line, &b""[..]),
                    };
                    for capability in capabilities.split(|byte| *byte == b' ') {
                        match capability {
                            b"side-band-64k" => request.side_band = true,
                            b"report-status" | b"report-status-v2" => request.report = true,
                            b"push-options" => wants_options = true,
                            _ => {}
                        }
                    }
                    // A client with a shallow clone says where its history ends.
                    if line.starts_with(b"shallow ") {
                        continue;
                    }
                    request.commands.push(parse_command(line)?);
                }
                _ => return Err(Error::Protocol("a push ends before its commands do".to_owned())),
            }
        }
        if wants_options && !request.commands.is_empty() {
            loop {
                match reader.next().await? {
                    Some(Packet::Flush) => break,
                    Some(packet @ Packet::Data(_)) if request.options.len() < OPTIONS_LIMIT => {
                        let line = packet.line().unwrap_or_default();
                        request.options.push(String::from_utf8_lossy(line).into_owned());
                    }
                    Some(Packet::Data(_)) => {
                        return Err(Error::Protocol(format!(
                            "more than {OPTIONS_LIMIT} push options"
                        )));
                    }
                    _ => return Err(Error::Protocol("a push ends in its options".to_owned())),
                }
            }
        }
        request.raw = reader.into_raw();
        Ok(request)
    }
}

fn parse_command(line: &[u8]) -> Result<RefCommand> {
    let wrong = || {
        let line = String::from_utf8_lossy(line);
        Error::Protocol(format!("{line:?} is no change of a reference"))
    };
    if line.len() < 83 || line[40] != b' ' || line[81] != b' ' {
        return Err(wrong());
    }
    let name = std::str::from_utf8(&line[82..])
        .map_err(|_| Error::Protocol("the name of a reference is not UTF-8".to_owned()))?;
    Ok(RefCommand {
        name: name.to_owned(),
        old: Oid::from_hex(&line[..40]).map_err(|_| wrong())?,
        new: Oid::from_hex(&line[41..81]).map_err(|_| wrong())?,
    })
}

/// The answer to a push that is refused as a whole before git sees it: the client shows `reason`
/// beside each reference. Read the rest of the request before sending it; clients do not listen
/// while they talk.
pub fn refuse_push(request: &PushRequest, reason: &str) -> Bytes {
    let reason = reason.replace(['\n', '\r', '\0'], " ");
    let mut report = BytesMut::new();
    if request.report {
        put_packet(&mut report, b"unpack ok\n");
        for command in &request.commands {
            put_packet(&mut report, format!("ng {} {reason}\n", command.name).as_bytes());
        }
        put_flush(&mut report);
    }
    if !request.side_band {
        return report.freeze();
    }
    let mut out = BytesMut::new();
    put_band(&mut out, 1, &report);
    put_flush(&mut out);
    out.freeze()
}

fn put_band(out: &mut BytesMut, band: u8, data: &[u8]) {
    for piece in data.chunks(MAX_PACKET - 5) {
        out.put_slice(format!("{:04x}", piece.len() + 5).as_bytes());
        out.put_u8(band);
        out.put_slice(piece);
    }
}

/// What came of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// One for each command, in their order.
    pub updates: Vec<RefUpdate>,
    /// The rest of the answer to the client, with git's report. Send it when everything that has
    /// to be true after the push is.
    pub report: Bytes,
}

/// A push that git is working on. Pass on what [`Receiving::progress`] gives, then ask for
/// [`Receiving::finish`].
///
/// Dropping it kills the process: references may or may not have changed by then.
pub struct Receiving {
    repository: Repository,
    request: PushRequest,
    process: AsyncProcess,
    stdout: Chunks<ChildStdout>,
    feeder: Task<Result<()>>,
    complaint: Task<Vec<u8>>,
    /// What came from git and is no whole packet yet.
    buffer: BytesMut,
    /// What git reports.
    report: BytesMut,
    _at_work: AtWork,
}

/// The repositories that this process receives pushes for, and how many.
static AT_WORK: Mutex<BTreeMap<PathBuf, usize>> = Mutex::new(BTreeMap::new());

/// One push among them.
struct AtWork {
    path: PathBuf,
    /// Whether it was the only one when it began.
    alone: bool,
}

impl AtWork {
    fn begin(path: &Path) -> AtWork {
        let mut all = AT_WORK.lock().unwrap_or_else(PoisonError::into_inner);
        let count = all.entry(path.to_owned()).or_default();
        *count += 1;
        AtWork { path: path.to_owned(), alone: *count == 1 }
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
    /// Starts `git receive-pack` on a request whose head was read, with the rest of it in `input`.
    ///
    /// Git takes the pack into quarantine, checks every object and that nothing is missing, and
    /// only then moves it in and changes the references; a push that fails or breaks off leaves
    /// no trace.
    ///
    /// # Errors
    /// [`Error::Io`] when git cannot be started.
    pub fn receive_pack(
        &self,
        request: PushRequest,
        mut input: impl AsyncBufRead + Send + Unpin + 'static,
        pusher: &Pusher,
    ) -> Result<Receiving> {
        let at_work = AtWork::begin(self.path());
        if at_work.alone {
            self.remove_stale_locks(request.commands.iter().map(|command| command.name.as_str()));
        }
        let mut command = GitCommand::new("receive-pack");
        if !self.path().join("objects/info/alternates").exists() {
            // Git takes the repository itself for one that the quarantine borrows from and starts
            // a process to list its references, which it looks at anyway.
            command = command.config("core.alternateRefsCommand=true");
        }
        let command = command
            .arg("--stateless-rpc")
            .arg(self.path())
            .env("GIT_COMMITTER_NAME", clean_identity(&pusher.name))
            .env("GIT_COMMITTER_EMAIL", clean_identity(&pusher.mail));
        let (process, stdin, stdout, stderr) = start(&command)?;
        let head = request.raw.clone();
        Ok(Receiving {
            repository: self.clone(),
            request,
            process,
            stdout,
            feeder: Task(tokio::spawn(async move { feed(stdin, &head, &mut input).await })),
            complaint: Task(tokio::spawn(complaint(stderr))),
            buffer: BytesMut::new(),
            report: BytesMut::new(),
            _at_work: at_work,
        })
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
    /// The next piece of the answer that may go to the client now: git's progress and complaints.
    /// `None` when only the report is left.
    ///
    /// # Errors
    /// [`Error::Protocol`] when git's answer cannot be understood, [`Error::Io`].
    pub async fn progress(&mut self) -> Result<Option<Bytes>> {
        loop {
            if let Some(chunk) = self.stdout.next().await? {
                self.buffer.extend_from_slice(&chunk);
            } else {
                return Ok(None);
            }
            let progress = self.sort_out()?;
            if !progress.is_empty() {
                return Ok(Some(progress));
            }
        }
    }

    /// Separates what is for the client at once from the report, which stays.
    fn sort_out(&mut self) -> Result<Bytes> {
        if self.report.len() + self.buffer.len() > REPORT_LIMIT {
            return Err(Error::Protocol("git reports without end".to_owned()));
        }
        if !self.request.side_band {
            self.report.unsplit(self.buffer.split());
            return Ok(Bytes::new());
        }
        let mut progress = BytesMut::new();
        while let Some(packet) = take_packet(&mut self.buffer)? {
            match packet {
                Packet::Data(data) if data.first() == Some(&1) => {
                    self.report.extend_from_slice(&data[1..]);
                }
                // An empty one keeps the connection alive while git is busy.
                Packet::Data(data) => put_packet(&mut progress, &data),
                // The end of the bands; it follows the report.
                Packet::Flush | Packet::Delimiter | Packet::ResponseEnd => {}
            }
        }
        Ok(progress.freeze())
    }

    /// Waits for the end, makes the change durable and says what it was.
    ///
    /// # Errors
    /// [`Error::Process`] when git broke off; nothing was changed then, or the client was told
    /// nothing. [`Error::Io`] also when the client broke off.
    pub async fn finish(mut self) -> Result<Received> {
        while self.progress().await?.is_some() {}
        let complaint = (&mut self.complaint.0).await.unwrap_or_default();
        let ended = self.process.wait(&complaint).await;
        let fed = (&mut self.feeder.0).await;
        let updates = self.updates();
        if updates.is_empty() || updates.iter().all(|update| update.result != UpdateResult::Updated)
        {
            // Nothing happened: whatever went wrong is the answer, unless git has put it in words.
            if self.report.is_empty() {
                ended?;
                fed.map_err(|error| Error::Protocol(error.to_string()))??;
            }
        } else {
            let repository = self.repository.clone();
            let names: Vec<String> = updates.iter().map(|update| update.name.clone()).collect();
            tokio::task::spawn_blocking(move || {
                sync(&repository.path().join("objects/pack"))?;
                repository.sync_refs(names.iter().map(String::as_str))
            })
            .await
            .map_err(|error| Error::Repository(error.to_string()))??;
        }
        let mut report = BytesMut::with_capacity(self.report.len() + 64);
        if self.request.side_band {
            put_band(&mut report, 1, &self.report);
            put_flush(&mut report);
        } else {
            report.unsplit(self.report);
        }
        Ok(Received { updates, report: report.freeze() })
    }

    /// What git says of each command; without a report, what the references say.
    fn updates(&self) -> Vec<RefUpdate> {
        let mut report = self.report.clone();
        let mut told: HashMap<String, UpdateResult> = HashMap::new();
        let mut unpacking = None;
        while let Ok(Some(packet)) = take_packet(&mut report) {
            let Some(line) = packet.line() else { continue };
            let line = String::from_utf8_lossy(line);
            if let Some(outcome) = line.strip_prefix("unpack ") {
                unpacking = (outcome != "ok").then(|| outcome.to_owned());
            } else if let Some(name) = line.strip_prefix("ok ") {
                told.insert(name.to_owned(), UpdateResult::Updated);
            } else if let Some((name, why)) =
                line.strip_prefix("ng ").and_then(|rest| rest.split_once(' '))
            {
                let why = unpacking.as_ref().map_or(why, String::as_str);
                told.insert(name.to_owned(), UpdateResult::Refused(why.to_owned()));
            }
        }
        let now = |name: &str| self.repository.reference(name).ok().flatten().unwrap_or(Oid::ZERO);
        self.request
            .commands
            .iter()
            .map(|command| {
                let result = match told.get(&command.name) {
                    Some(result) => result.clone(),
                    None if now(&command.name) == command.new => UpdateResult::Updated,
                    None => UpdateResult::Refused("not reported".to_owned()),
                };
                RefUpdate { name: command.name.clone(), old: command.old, new: command.new, result }
            })
            .collect()
    }
}
