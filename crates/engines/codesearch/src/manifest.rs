//! Which path of a branch holds which blob.

use std::path::Path;

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::coding::{put, take, take_bytes};
use crate::document::BlobId;
use crate::{Error, Result};

/// A file of a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// From the root, without a leading slash.
    pub path: String,
    /// The blob's name.
    pub blob: BlobId,
    /// Whether its content is searched; a symbolic link's is not.
    pub searched: bool,
}

const MAGIC: &[u8; 8] = b"mortpath";
const VERSION: u8 = 1;
const NAME_LENGTH: usize = 32;

/// Files in the order of their paths, each path as what it adds to the one
/// before.
pub(crate) fn encode(files: &[FileEntry]) -> Vec<u8> {
    let mut out = Vec::with_capacity(files.len() * 56 + 32);
    out.extend_from_slice(MAGIC);
    out.push(VERSION);
    put(&mut out, files.len() as u64);
    let mut before: &[u8] = b"";
    for file in files {
        let path = file.path.as_bytes();
        let shared = before.iter().zip(path).take_while(|(one, two)| one == two).count();
        put(&mut out, shared as u64);
        put(&mut out, (path.len() - shared) as u64);
        out.extend_from_slice(&path[shared..]);
        out.push(u8::from(file.searched));
        out.extend_from_slice(file.blob.as_bytes());
        before = path;
    }
    let checksum = xxh3_64(&out);
    out.extend_from_slice(&checksum.to_le_bytes());
    out
}

/// A name for the file that no other content has.
pub(crate) fn name(encoded: &[u8]) -> String {
    format!("{:032x}.paths", xxh3_128(encoded))
}

/// Calls `each` with every file.
///
/// # Errors
/// [`Error::Corrupt`] when the bytes are no manifest of this version; `each` has
/// not been called then.
pub(crate) fn decode(
    path: &Path,
    bytes: &[u8],
    mut each: impl FnMut(&str, BlobId, bool),
) -> Result<()> {
    let corrupt = |why: &str| Error::corrupt(path, why);
    let (mut rest, checksum) =
        bytes.split_last_chunk::<8>().ok_or_else(|| corrupt("it is cut off"))?;
    if xxh3_64(rest) != u64::from_le_bytes(*checksum) {
        return Err(corrupt("it is damaged"));
    }
    if take_bytes(&mut rest, MAGIC.len()) != Some(MAGIC)
        || take_bytes(&mut rest, 1) != Some(&[VERSION])
    {
        return Err(corrupt("it is of another version"));
    }
    let damaged = || corrupt("it is damaged");
    let count = take(&mut rest).ok_or_else(damaged)?;
    let mut name = Vec::new();
    for _ in 0..count {
        let shared = take(&mut rest).ok_or_else(damaged)? as usize;
        let more = take(&mut rest).ok_or_else(damaged)? as usize;
        if shared > name.len() {
            return Err(damaged());
        }
        name.truncate(shared);
        name.extend_from_slice(take_bytes(&mut rest, more).ok_or_else(damaged)?);
        let searched = take_bytes(&mut rest, 1).ok_or_else(damaged)? == [1];
        let blob = take_bytes(&mut rest, NAME_LENGTH).ok_or_else(damaged)?;
        let text = std::str::from_utf8(&name).map_err(|_| damaged())?;
        each(text, BlobId::from_bytes(blob), searched);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_back_and_damage_is_seen() {
        let file = |path: &str, byte| FileEntry {
            path: path.to_owned(),
            blob: BlobId::from_bytes(&[byte; 20]),
            searched: byte != 3,
        };
        let files = [file("a/é.c", 1), file("a/ê.c", 2), file("b", 3)];
        let bytes = encode(&files);
        let mut back = Vec::new();
        let path = Path::new("x");
        decode(path, &bytes, |path, blob, searched| {
            back.push(FileEntry { path: path.to_owned(), blob, searched });
        })
        .unwrap();
        assert_eq!(back, files);
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            assert!(decode(path, &damaged, |_, _, _| ()).is_err(), "{at}");
        }
        assert!(decode(path, &bytes[..bytes.len() - 1], |_, _, _| ()).is_err());
    }
}
