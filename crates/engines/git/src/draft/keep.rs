//! Making a draft's objects durable.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::SystemTime,
};

use gix::{ObjectId, hash::Kind as HashKind, object::Kind, zlib::stream::deflate};

use super::Draft;
use crate::{Error, Oid, Repository, Result, repository::sync};

/// Up to here objects are written one by one; more make a pack, which git hardens with few calls.
const LOOSE_LIMIT: usize = 100;

/// What a push is checked by, too; see the repository's settings.
const TOLERATED: &str =
    "--strict=badTimezone=ignore,missingSpaceBeforeDate=ignore,zeroPaddedFilemode=ignore";

impl Draft {
    /// Writes every object of the draft; they are on disk when this returns. What should become
    /// of them the caller says with references: objects that none leads to are removed some day.
    ///
    /// # Errors
    /// [`Error::Invalid`] when Git refuses the content of a file that its clients act on, such as
    /// `.gitmodules`; [`Error::Io`].
    pub fn keep(mut self) -> Result<()> {
        let Some(objects) = self.repo.objects.take_object_memory() else { return Ok(()) };
        // Trees may differ by an entry only and then hold the same blob; each is there once.
        let objects: Vec<(&ObjectId, &(Kind, Vec<u8>))> = objects.iter().collect();
        if self.delicate || objects.len() > LOOSE_LIMIT {
            return as_pack(&self.repository, &objects);
        }
        let mut directories = Vec::new();
        for (id, (kind, data)) in objects {
            loose(&self.repository, (*id).into(), *kind, data, &mut directories)?;
        }
        directories.sort_unstable();
        directories.dedup();
        for directory in &directories {
            sync(directory)?;
        }
        sync(&self.repository.path().join("objects"))
    }
}

/// Writes one object, hardened before it gets its name. One that is in a pack is written
/// nevertheless: the pack may be of what is about to be removed.
fn loose(
    repository: &Repository,
    id: Oid,
    kind: Kind,
    data: &[u8],
    directories: &mut Vec<PathBuf>,
) -> Result<()> {
    let hex = id.to_string();
    let directory = repository.path().join("objects").join(&hex[..2]);
    let path = directory.join(&hex[2..]);
    // As git does: what is there already counts as new from now on.
    if let Ok(file) = fs::File::open(&path)
        && file.set_modified(SystemTime::now()).is_ok()
    {
        return Ok(());
    }
    fs::create_dir_all(&directory).map_err(Error::at("create", &directory))?;
    let temporary = directory.join(format!("tmp_obj_{}", &hex[2..]));
    // Another thread may be writing the same object: the name must be ours alone.
    let temporary = unique(&temporary);
    let written = (|| {
        let file = fs::File::create_new(&temporary)?;
        let mut to = deflate::Write::new(file, gix::zlib::Compression::default());
        to.write_all(&gix::objs::encode::loose_header(kind, data.len() as u64))?;
        to.write_all(data)?;
        to.flush()?;
        let file = to.into_inner();
        file.set_permissions(fs::Permissions::from_mode(0o444))?;
        file.sync_all()?;
        fs::rename(&temporary, &path)
    })();
    if let Err(error) = written {
        // Ours, and named by nothing; the first error is the one to report.
        drop(fs::remove_file(&temporary));
        return Err(Error::at("write", &path)(error));
    }
    directories.push(directory);
    Ok(())
}

fn unique(path: &Path) -> PathBuf {
    use std::sync::atomic::{AtomicU64, Ordering};
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut name = path.as_os_str().to_owned();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    name.push(format!("_{}_{count}", std::process::id()));
    name.into()
}

/// Has git take the objects as a pack, which it checks as it does those of a push.
fn as_pack(repository: &Repository, objects: &[(&ObjectId, &(Kind, Vec<u8>))]) -> Result<()> {
    let pack = pack(objects, repository.format().kind())?;
    match repository.git("index-pack").arg("--stdin").arg(TOLERATED).stdin(pack).output() {
        Ok(_) => sync(&repository.path().join("objects/pack")),
        Err(Error::Process { stderr, .. })
            if stderr.contains("fsck error") || stderr.contains("error in") =>
        {
            Err(Error::Invalid(stderr))
        }
        Err(other) => Err(other),
    }
}

fn pack(objects: &[(&ObjectId, &(Kind, Vec<u8>))], hash: HashKind) -> Result<Vec<u8>> {
    let count = u32::try_from(objects.len())
        .map_err(|_| Error::Invalid("too many objects for one pack".to_owned()))?;
    let mut pack = Vec::from(*b"PACK\0\0\0\x02");
    pack.extend_from_slice(&count.to_be_bytes());
    for (_, (kind, data)) in objects {
        let kind: u8 = match kind {
            Kind::Commit => 1,
            Kind::Tree => 2,
            Kind::Blob => 3,
            Kind::Tag => 4,
        };
        // The size in groups of 4, 7, 7, … bits, lowest first.
        let mut rest = data.len();
        let mut byte = (kind << 4) | (rest & 15) as u8;
        rest >>= 4;
        while rest > 0 {
            pack.push(byte | 0x80);
            byte = (rest & 0x7f) as u8;
            rest >>= 7;
        }
        pack.push(byte);
        let mut to = deflate::Write::new(&mut pack, gix::zlib::Compression::default());
        to.write_all(data).and_then(|()| to.flush()).map_err(Error::io("cannot compress"))?;
    }
    let mut hasher = gix::hash::hasher(hash);
    hasher.update(&pack);
    let sum = hasher
        .try_finalize()
        .map_err(|error| Error::Repository(format!("cannot make a pack: {error}")))?;
    pack.extend_from_slice(sum.as_slice());
    Ok(pack)
}
