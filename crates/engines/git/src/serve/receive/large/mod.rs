//! A large pack: written into the quarantine while it comes in, then taken apart by all processors.
//!
//! It is the work of `git index-pack --stdin --fix-thin --strict --check-self-contained-and-connected`
//! with the same outcome, at a fraction of its time. As with small packs, nothing here decides that
//! a pack is bad: whatever is not plainly fine is left to git, which gets the bytes from the file.
//!
//! Memory follows the number of objects (about 150 bytes for each), never the size of the pack: the
//! objects that deltas are applied to are held along one path of each tree of deltas only.

mod graph;
mod intake;
mod passage;
mod resolve;
#[cfg(test)]
mod tests;

use std::{
    fs::{File, OpenOptions, Permissions},
    io::{self, Seek},
    os::unix::fs::{FileExt, PermissionsExt},
    path::PathBuf,
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicU32},
    },
};

use bytes::Bytes;
use gix::{ObjectId, hash::Kind as HashKind, objs::Kind};
use tokio::sync::mpsc;

use super::{
    contents,
    index::{self, Place},
    objects::Closed,
    pack::{ForGit, HEADER},
    quarantine::Quarantine,
};
use crate::{Error, Repository, Result};
use graph::Graph;
use intake::{Entry, Intake, Origin};
pub(super) use passage::take;
use resolve::Resolver;

/// More objects than this, and a process is better, which gives its memory back.
const OBJECTS_LIMIT: u32 = 2_000_000;
/// The largest file that is held in memory, in bytes.
const FILE_LIMIT: u64 = 128 << 20;
/// The largest object of another kind, whose parts are looked at, in bytes.
const OBJECT_LIMIT: u64 = 16 << 20;

/// Why a pack was not taken here.
#[derive(Debug)]
pub(super) enum Stop {
    /// It is for git.
    ForGit,
    /// There is something behind it.
    Junk,
    /// The disk refuses, or nobody wants it any more.
    Failed(Error),
}

impl From<ForGit> for Stop {
    fn from(ForGit: ForGit) -> Stop {
        Stop::ForGit
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Failed(error)
    }
}

/// How far it is, for whoever waits, and whether somebody still does.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// How many deltas there are, once that is known.
    pub(super) deltas: AtomicU32,
    pub(super) resolved: AtomicU32,
    pub(super) cancelled: AtomicBool,
}

/// How large an object may be that is held in memory, in bytes.
fn limit(kind: Kind) -> u64 {
    if kind == Kind::Blob { FILE_LIMIT } else { OBJECT_LIMIT }
}

/// Whether a pack that begins like this may be taken here.
pub(super) fn is_for_us(head: &[u8]) -> bool {
    match head.first_chunk::<HEADER>() {
        Some([b'P', b'A', b'C', b'K', 0, 0, 0, 2, count @ ..]) => {
            u32::from_be_bytes(*count) <= OBJECTS_LIMIT
        }
        _ => false,
    }
}

/// The file that a pack is written to as it comes.
#[derive(Debug)]
pub(super) struct Spool {
    quarantine: Quarantine,
    path: PathBuf,
    file: File,
}

/// A pack that came in whole.
#[derive(Debug)]
pub(super) struct Pack {
    hash: HashKind,
    entries: Vec<Entry>,
    /// The names of the entries' objects, as far as they are known.
    ids: Vec<OnceLock<ObjectId>>,
    /// What deltas lean on that is not among the entries before them.
    outside: Vec<ObjectId>,
    graph: Graph,
    /// Where the last entry ends.
    end: u64,
    checksum: ObjectId,
}

impl Spool {
    /// An empty one in a quarantine below `objects`.
    pub(super) fn create(quarantine: Quarantine) -> Result<Spool> {
        let path = quarantine.path().join("pack/tmp_pack_incoming");
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(Error::at("create", &path))?;
        Ok(Spool { quarantine, path, file })
    }

    /// Takes the pack, piece by piece. Afterwards all that came is in the file.
    pub(super) fn take(&self, hash: HashKind, pieces: mpsc::Receiver<Bytes>) -> Result<Pack, Stop> {
        let mut intake = Intake::new(self, hash, pieces);
        match intake.pack() {
            Ok(pack) if intake.is_at_its_end() => Ok(pack),
            Ok(_) => Err(Stop::Junk),
            Err(Stop::ForGit) => {
                intake.keep_the_rest()?;
                Err(Stop::ForGit)
            }
            Err(other) => Err(other),
        }
    }

    /// The file from its beginning, for git.
    pub(super) fn read(&self) -> Result<File> {
        let mut file = self.file.try_clone().map_err(Error::at("read", &self.path))?;
        file.rewind().map_err(Error::at("read", &self.path))?;
        Ok(file)
    }

    /// Works out every object of the pack, checks it as git does, and leaves the pack with its index
    /// in the quarantine, on the disk.
    pub(super) fn index(
        &self,
        repository: &Repository,
        mut pack: Pack,
        watch: &Watch,
    ) -> Result<Closed, Stop> {
        let (sent, end, checksum) = (pack.entries.len(), pack.end, pack.checksum);
        let outcome = self.try_index(repository, &mut pack, watch);
        if let Err(Stop::ForGit) = outcome {
            self.restore(sent, end, checksum)?;
        }
        outcome
    }

    /// What the pack was left in.
    pub(super) fn into_quarantine(self) -> Quarantine {
        self.quarantine
    }

    fn try_index(
        &self,
        repository: &Repository,
        pack: &mut Pack,
        watch: &Watch,
    ) -> Result<Closed, Stop> {
        let sent = pack.entries.len();
        let repo = repository.local();
        self.add_bases(&repo, pack)?;
        // Most of it is on its way to the disk while the processors work.
        std::thread::scope(|scope| {
            let flushed = scope.spawn(|| self.file.sync_data());
            let resolved = Resolver::new(&self.file, pack, sent, watch)?.run();
            // A failure is told once only; a later flush would say that all is well.
            let flushed = flushed.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into()));
            flushed.map_err(Error::at("write", &self.path))?;
            resolved
        })?;
        let is_thin = pack.entries.len() > sent;
        if is_thin {
            self.complete(pack)?;
        }
        let outside = pack.graph.outside();
        if pack.ids[sent..].iter().filter_map(OnceLock::get).any(|base| pack.graph.holds(*base)) {
            // A base that turned out to be in the pack, too, would be there twice.
            return Err(Stop::ForGit);
        }
        for (id, kind) in &outside {
            let found = repo.try_find_header(*id).ok().flatten().ok_or(ForGit)?;
            if found.kind() != *kind {
                return Err(Stop::ForGit);
            }
        }
        self.seal(pack)?;
        let view = repository.with_objects(self.quarantine.path())?.local();
        for (id, file) in pack.graph.read_by_git() {
            let header = view.try_find_header(id).ok().flatten().ok_or(ForGit)?;
            if header.kind() != Kind::Blob || header.size() > contents::LIMIT {
                return Err(Stop::ForGit);
            }
            let object = view.find_object(id).map_err(|_| ForGit)?;
            contents::check(file, &object.data)?;
        }
        Ok(if outside.is_empty() && !is_thin { Closed::Pack } else { Closed::Unknown })
    }

    /// Puts what deltas lean on, and the repository has, behind the entries.
    fn add_bases(&self, repo: &gix::Repository, pack: &mut Pack) -> Result<(), Stop> {
        for id in std::mem::take(&mut pack.outside) {
            let header = repo.try_find_header(id).ok().flatten().ok_or(ForGit)?;
            if header.size() > limit(header.kind()) {
                return Err(Stop::ForGit);
            }
            let object = repo.find_object(id).map_err(|_| ForGit)?;
            let mut bytes = Vec::new();
            let head = index::put_entry(&mut bytes, object.kind, &object.data)
                .map_err(Error::at("write", &self.path))?;
            self.write_at(&bytes, pack.end)?;
            pack.entries.push(Entry {
                start: pack.end,
                head: u16::try_from(head).map_err(|_| ForGit)?,
                size: object.data.len() as u64,
                crc: index::crc(&bytes),
                origin: Origin::Whole(object.kind),
            });
            pack.ids.push(OnceLock::from(id));
            pack.end += bytes.len() as u64;
        }
        Ok(())
    }

    /// Makes a pack of the entries and the bases behind them: another count, another checksum.
    fn complete(&self, pack: &mut Pack) -> Result<(), Stop> {
        let count = u32::try_from(pack.entries.len()).map_err(|_| ForGit)?;
        self.write_at(&count.to_be_bytes(), HEADER as u64 - 4)?;
        let mut hasher = gix::hash::hasher(pack.hash);
        let mut buffer = vec![0; 1 << 20];
        let mut at = 0;
        while at < pack.end {
            let length = usize::try_from(pack.end - at).unwrap_or(usize::MAX).min(buffer.len());
            self.file
                .read_exact_at(&mut buffer[..length], at)
                .map_err(Error::at("read", &self.path))?;
            hasher.update(&buffer[..length]);
            at += length as u64;
        }
        pack.checksum = hasher.try_finalize().map_err(|_| ForGit)?;
        self.write_at(pack.checksum.as_slice(), pack.end)?;
        Ok(())
    }

    /// Makes the file what it was when it had come.
    fn restore(&self, sent: usize, end: u64, checksum: ObjectId) -> Result<()> {
        let count = u32::try_from(sent).unwrap_or_default();
        self.write_at(&count.to_be_bytes(), HEADER as u64 - 4)?;
        self.write_at(checksum.as_slice(), end)?;
        let length = end + checksum.as_slice().len() as u64;
        self.file.set_len(length).map_err(Error::at("write", &self.path))
    }

    fn write_at(&self, bytes: &[u8], at: u64) -> Result<()> {
        self.file.write_all_at(bytes, at).map_err(Error::at("write", &self.path))
    }

    /// Writes the index and gives both files their names.
    fn seal(&self, pack: &Pack) -> Result<(), Stop> {
        let mut places = Vec::with_capacity(pack.entries.len());
        for (entry, id) in pack.entries.iter().zip(&pack.ids) {
            places.push(Place { id: *id.get().ok_or(ForGit)?, crc: entry.crc, start: entry.start });
        }
        let directory = self.quarantine.path().join("pack");
        let name = format!("pack-{}", pack.checksum);
        let index = directory.join(format!("{name}.idx"));
        let index_file = index::write(&index, &mut places, pack.checksum)?;
        let at = |error| Error::at("write", &self.path)(error);
        self.file.set_permissions(Permissions::from_mode(0o444)).map_err(at)?;
        self.file.sync_data().map_err(at)?;
        index_file.sync_data().map_err(Error::at("write", &index))?;
        std::fs::rename(&self.path, directory.join(format!("{name}.pack"))).map_err(at)?;
        Ok(())
    }
}
