//! Writing packs: the heads of their entries, and their indexes (version 2; gitformat-pack).

use std::{
    fs::{File, OpenOptions, Permissions},
    io::{self, BufWriter, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use flate2::{Compression, Crc, write::ZlibEncoder};
use gix::{ObjectId, hash::Hasher, objs::Kind};

use crate::{Error, Result};

/// Beyond this an index says where an object is in a table for large packs.
const NEAR: u64 = 1 << 31;

/// Where an object is in a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) id: ObjectId,
    /// Of the entry as it is in the pack.
    pub(super) crc: u32,
    pub(super) start: u64,
}

/// Appends the entry of a whole object to a pack, and says how long its head is.
pub(super) fn put_entry(pack: &mut Vec<u8>, kind: Kind, data: &[u8]) -> io::Result<usize> {
    let head = entry_head(kind, data.len());
    pack.extend_from_slice(&head);
    let mut encoder = ZlibEncoder::new(pack, Compression::fast());
    encoder.write_all(data)?;
    encoder.finish()?;
    Ok(head.len())
}

/// What stands before the compressed data of a whole object of `size` bytes.
fn entry_head(kind: Kind, mut size: usize) -> Vec<u8> {
    let kind: u8 = match kind {
        Kind::Commit => 1,
        Kind::Tree => 2,
        Kind::Blob => 3,
        Kind::Tag => 4,
    };
    let mut head = Vec::new();
    let mut byte = kind << 4 | (size & 15) as u8;
    size >>= 4;
    while size > 0 {
        head.push(byte | 0x80);
        byte = (size & 0x7f) as u8;
        size >>= 7;
    }
    head.push(byte);
    head
}

/// The checksum that an index has of an entry.
pub(super) fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// Writes the index of a pack with these objects, which are sorted in passing; it may not be on the
/// disk yet.
pub(super) fn write(path: &Path, places: &mut [Place], pack_checksum: ObjectId) -> Result<File> {
    places.sort_unstable();
    let file = create(path)?;
    let mut out = Summed {
        out: BufWriter::with_capacity(1 << 18, file),
        sum: gix::hash::hasher(pack_checksum.kind()),
    };
    out.index(places, pack_checksum).map_err(Error::at("write", path))?;
    let Summed { mut out, sum } = out;
    let sum = sum.try_finalize().map_err(|error| Error::Repository(error.to_string()))?;
    out.write_all(sum.as_slice()).map_err(Error::at("write", path))?;
    out.into_inner().map_err(io::IntoInnerError::into_error).map_err(Error::at("write", path))
}

/// A new file that nobody is to change.
pub(super) fn create(path: &Path) -> Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o444)
        .open(path)
        .map_err(Error::at("create", path))?;
    // Whatever the mask of this process says.
    file.set_permissions(Permissions::from_mode(0o444)).map_err(Error::at("write", path))?;
    Ok(file)
}

/// Keeps the sum of what it writes.
struct Summed<W> {
    out: W,
    sum: Hasher,
}

impl<W: Write> Summed<W> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.update(bytes);
        self.out.write_all(bytes)
    }

    fn index(&mut self, places: &[Place], pack_checksum: ObjectId) -> io::Result<()> {
        self.put(b"\xfftOc\0\0\0\x02")?;
        let mut fan = [0_u32; 256];
        for place in places {
            fan[usize::from(place.id.as_slice()[0])] += 1;
        }
        let mut total = 0;
        for count in fan {
            total += count;
            self.put(&total.to_be_bytes())?;
        }
        for place in places {
            self.put(place.id.as_slice())?;
        }
        for place in places {
            self.put(&place.crc.to_be_bytes())?;
        }
        let mut far = Vec::new();
        for place in places {
            let near = match u32::try_from(place.start) {
                Ok(start) if place.start < NEAR => start,
                _ => {
                    far.push(place.start);
                    // At most as many as there are objects, of which there are fewer.
                    u32::try_from(far.len() - 1).map_err(io::Error::other)? | 1 << 31
                }
            };
            self.put(&near.to_be_bytes())?;
        }
        for start in far {
            self.put(&start.to_be_bytes())?;
        }
        self.put(pack_checksum.as_slice())
    }
}
