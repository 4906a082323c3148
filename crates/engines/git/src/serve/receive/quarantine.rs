//! Where the objects of a push wait until it is decided.
//!
//! A directory below the repository's own objects, which borrows from them: git processes and
//! gitoxide that are pointed at it see both. What it holds is invisible to everybody else until it
//! is moved in, and goes with the handle when it is not.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use gix::ObjectId;

use super::{
    index::{self, Place},
    pack::{HEADER, Unpacked, sum},
};
use crate::{Error, Result, repository::sync};

/// How the directories' names begin, for those who clean up.
pub(crate) const PREFIX: &str = "incoming-";

/// Objects that are not in the repository yet.
#[derive(Debug)]
pub(crate) struct Quarantine {
    path: PathBuf,
}

impl Quarantine {
    /// An empty one below `objects`.
    pub(crate) fn create(objects: &Path) -> Result<Quarantine> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let nanos =
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.subsec_nanos());
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let name = format!("{PREFIX}{:x}-{nanos:x}-{count:x}", std::process::id());
            let path = objects.join(name);
            match fs::create_dir(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                other => {
                    other.map_err(Error::at("create", &path))?;
                    let made = Quarantine { path };
                    made.fill()?;
                    return Ok(made);
                }
            }
        }
    }

    fn fill(&self) -> Result<()> {
        for name in ["pack", "info"] {
            fs::create_dir(self.path.join(name)).map_err(Error::at("create", &self.path))?;
        }
        let alternates = self.path.join("info/alternates");
        fs::write(&alternates, "..\n").map_err(Error::at("write", &alternates))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a small pack with its index, hardened.
    pub(super) fn write(&self, unpacked: &Unpacked) -> Result<()> {
        let broken = || Error::Repository("a pack cannot be written again".to_owned());
        let mut places = Vec::with_capacity(unpacked.objects.len() + unpacked.bases.len());
        for object in &unpacked.objects {
            let crc = index::crc(&unpacked.raw[object.place.clone()]);
            places.push(Place { id: object.id, crc, start: object.place.start as u64 });
        }
        let completed;
        let pack = if unpacked.bases.is_empty() {
            &unpacked.raw
        } else {
            completed = complete(unpacked, &mut places).ok_or_else(broken)?;
            &completed
        };
        let checksum = &pack[pack.len() - unpacked.hash.len_in_bytes()..];
        let name = ObjectId::try_from(checksum).map_err(|_| broken())?;
        let directory = self.path.join("pack");
        let index_path = directory.join(format!("pack-{name}.idx"));
        let pack_path = directory.join(format!("pack-{name}.pack"));
        // The two wait for the disk together.
        let mut pack_file = index::create(&pack_path)?;
        pack_file.write_all(pack).map_err(Error::at("write", &pack_path))?;
        let index_file = index::write(&index_path, &mut places, name)?;
        pack_file.sync_data().map_err(Error::at("write", &pack_path))?;
        index_file.sync_data().map_err(Error::at("write", &index_path))
    }

    /// Moves everything into the repository, hardened. An index comes after what it is about, so
    /// that nobody sees half a pack.
    pub(crate) fn migrate(self, objects: &Path) -> Result<()> {
        let from = self.path.join("pack");
        let to = objects.join("pack");
        let mut names: Vec<_> = fs::read_dir(&from)
            .and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect())
            .map_err(Error::at("read", &from))?;
        names.sort_by_key(|name| name.as_encoded_bytes().ends_with(b".idx"));
        for name in &names {
            let (from, to) = (from.join(name), to.join(name));
            // The same objects were packed in the same way before; as if they had come now, they
            // are not to be taken for old garbage.
            if to.exists() {
                drop(File::open(&to).and_then(|file| file.set_modified(SystemTime::now())));
            }
            fs::rename(&from, &to).map_err(Error::at("create", &to))?;
        }
        if names.is_empty() { Ok(()) } else { sync(&to) }
    }

    /// The names of the objects in its packs, for a question after each.
    pub(crate) fn holds(&self, ids: &[ObjectId]) -> bool {
        let Some(hash) = ids.first().map(ObjectId::kind) else { return true };
        let indexes = self.indexes(hash);
        ids.iter().all(|id| indexes.iter().any(|index| index.lookup(id).is_some()))
    }

    /// How many bytes the pack had that git has written here, as it was sent: with `count` objects,
    /// before git added those that it leans on.
    pub(super) fn sent_length(&self, count: u32, hash: gix::hash::Kind) -> Result<u64> {
        let [index] = &self.indexes(hash)[..] else {
            return Err(Error::Repository("a push has left no pack".to_owned()));
        };
        let pack = index.path().with_extension("pack");
        let length = pack.metadata().map_err(Error::at("read", &pack))?.len();
        if index.num_objects() <= count {
            return Ok(length);
        }
        // What was added stands behind the others.
        let added = index.sorted_offsets()[count as usize];
        Ok(added + hash.len_in_bytes() as u64)
    }

    fn indexes(&self, hash: gix::hash::Kind) -> Vec<gix::odb::pack::index::File> {
        fs::read_dir(self.path.join("pack"))
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "idx"))
            .filter_map(|path| gix::odb::pack::index::File::at(path, hash).ok())
            .collect()
    }
}

impl Drop for Quarantine {
    fn drop(&mut self) {
        // What stays behind is found by the housekeeping.
        drop(fs::remove_dir_all(&self.path));
    }
}

/// The pack with the objects that it has deltas against behind the others.
fn complete(unpacked: &Unpacked, places: &mut Vec<Place>) -> Option<Vec<u8>> {
    let mut pack = unpacked.raw[..unpacked.raw.len() - unpacked.hash.len_in_bytes()].to_vec();
    let count = u32::try_from(unpacked.objects.len() + unpacked.bases.len()).ok()?;
    pack[HEADER - 4..HEADER].copy_from_slice(&count.to_be_bytes());
    for base in &unpacked.bases {
        let start = pack.len();
        index::put_entry(&mut pack, base.kind, &base.data).ok()?;
        places.push(Place { id: base.id, crc: index::crc(&pack[start..]), start: start as u64 });
    }
    let checksum = sum(&pack, unpacked.hash).ok()?;
    pack.extend_from_slice(checksum.as_slice());
    Some(pack)
}
