//! A small pack, read as it comes in and taken apart in this process.
//!
//! Nothing here decides that a pack is bad: whatever is not plainly fine is left to git, which
//! knows better and says it in its own words.

use std::collections::HashMap;

use gix::{
    ObjectId,
    hash::Kind as HashKind,
    objs::Kind,
    odb::pack::data::entry::Header,
    zlib::{Decompress, FlushDecompress, Status},
};

/// More objects than this, and a process is cheaper than memory.
const OBJECTS_LIMIT: u32 = 2_000;
/// The largest pack, in bytes as it is sent.
const RAW_LIMIT: usize = 4 << 20;
/// What all objects of a pack may have together, in bytes, with deltas applied.
const INFLATED_LIMIT: usize = 16 << 20;
pub(super) const HEADER: usize = 12;
/// The longest head of an entry without the name of its base: ten bytes of size.
const ENTRY_HEADER: usize = 10;

/// This pack is for git: too large, or not plainly fine.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ForGit;

/// One object of the pack.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) id: ObjectId,
    pub(super) kind: Kind,
    pub(super) data: Vec<u8>,
    /// Where its entry begins and ends in the pack.
    pub(super) place: std::ops::Range<usize>,
}

/// An object of the repository that the pack has deltas against without holding it.
#[derive(Debug)]
pub(super) struct Base {
    pub(super) id: ObjectId,
    pub(super) kind: Kind,
    pub(super) data: Vec<u8>,
}

/// A pack with all of its objects.
#[derive(Debug)]
pub(super) struct Unpacked {
    /// The kind of every name in it.
    pub(super) hash: HashKind,
    /// The pack as it came, without anything behind it.
    pub(super) raw: Vec<u8>,
    pub(super) objects: Vec<Object>,
    pub(super) bases: Vec<Base>,
}

struct Entry {
    place: std::ops::Range<usize>,
    header: Header,
    data: Vec<u8>,
}

/// An entry whose head was read.
struct Open {
    start: usize,
    header: Header,
    data: Vec<u8>,
    written: usize,
}

/// Takes a pack piece by piece.
pub(super) struct Reader {
    hash: HashKind,
    /// Everything that was read, for git if need be.
    raw: Vec<u8>,
    /// How much of it is understood.
    at: usize,
    /// How many entries are still to come, once that is known.
    missing: Option<u32>,
    entries: Vec<Entry>,
    open: Option<Open>,
    inflate: Decompress,
    inflated: usize,
    whole: bool,
}

impl Reader {
    pub(super) fn new(hash: HashKind) -> Reader {
        Reader {
            hash,
            raw: Vec::new(),
            at: 0,
            missing: None,
            entries: Vec::new(),
            open: None,
            inflate: Decompress::new(),
            inflated: 0,
            whole: false,
        }
    }

    /// Takes the next piece; true when the pack is whole.
    pub(super) fn feed(&mut self, piece: &[u8]) -> Result<bool, ForGit> {
        self.raw.extend_from_slice(piece);
        if self.raw.len() > RAW_LIMIT {
            return Err(ForGit);
        }
        while !self.whole && self.step()? {}
        Ok(self.whole)
    }

    /// What was read so far.
    pub(super) fn into_raw(self) -> Vec<u8> {
        self.raw
    }

    /// One step further; false when more bytes are needed for it.
    fn step(&mut self) -> Result<bool, ForGit> {
        if self.open.is_some() {
            return self.inflate();
        }
        let rest = &self.raw[self.at..];
        match self.missing {
            None => {
                let Some(header) = rest.first_chunk::<HEADER>() else { return Ok(false) };
                let [b'P', b'A', b'C', b'K', 0, 0, 0, 2, count @ ..] = header else {
                    return Err(ForGit);
                };
                let count = u32::from_be_bytes(*count);
                if count > OBJECTS_LIMIT {
                    return Err(ForGit);
                }
                self.missing = Some(count);
                self.at = HEADER;
                Ok(true)
            }
            Some(0) => {
                let length = self.hash.len_in_bytes();
                let Some(told) = rest.get(..length) else { return Ok(false) };
                if sum(&self.raw[..self.at], self.hash)?.as_slice() != told {
                    return Err(ForGit);
                }
                if rest.len() > length {
                    return Err(ForGit);
                }
                self.whole = true;
                Ok(true)
            }
            Some(_) => {
                // Parsing again costs less than keeping the state of half a head.
                let longest = ENTRY_HEADER + self.hash.len_in_bytes();
                let head = &rest[..rest.len().min(longest)];
                let parsed = gix::odb::pack::data::Entry::from_bytes(head, 0, self.hash);
                let Ok(parsed) = parsed else {
                    return if head.len() < longest { Ok(false) } else { Err(ForGit) };
                };
                let size = usize::try_from(parsed.decompressed_size).map_err(|_| ForGit)?;
                self.spend(size)?;
                self.open = Some(Open {
                    start: self.at,
                    header: parsed.header,
                    data: vec![0; size],
                    written: 0,
                });
                self.at += parsed.header_size();
                self.inflate.reset();
                Ok(true)
            }
        }
    }

    fn spend(&mut self, size: usize) -> Result<(), ForGit> {
        self.inflated = self.inflated.saturating_add(size);
        if self.inflated > INFLATED_LIMIT { Err(ForGit) } else { Ok(()) }
    }

    fn inflate(&mut self) -> Result<bool, ForGit> {
        let Some(open) = &mut self.open else { return Ok(false) };
        // One byte more than was promised would show here.
        let mut excess = [0];
        let out = if open.written < open.data.len() {
            &mut open.data[open.written..]
        } else {
            &mut excess[..]
        };
        let (before_in, before_out) = (self.inflate.total_in(), self.inflate.total_out());
        let input = &self.raw[self.at..];
        let status =
            self.inflate.decompress(input, out, FlushDecompress::None).map_err(|_| ForGit)?;
        let taken = usize::try_from(self.inflate.total_in() - before_in).map_err(|_| ForGit)?;
        let made = usize::try_from(self.inflate.total_out() - before_out).map_err(|_| ForGit)?;
        let nothing_to_take = input.is_empty();
        self.at += taken;
        open.written += made;
        if open.written > open.data.len() {
            return Err(ForGit);
        }
        if status == Status::StreamEnd {
            if open.written != open.data.len() {
                return Err(ForGit);
            }
            if let Some(open) = self.open.take() {
                let place = open.start..self.at;
                self.entries.push(Entry { place, header: open.header, data: open.data });
            }
            self.missing = self.missing.map(|missing| missing - 1);
            return Ok(true);
        }
        match (taken, made) {
            (0, 0) if nothing_to_take => Ok(false),
            (0, 0) => Err(ForGit),
            _ => Ok(true),
        }
    }

    /// Applies all deltas. `find` gives objects of the repository.
    pub(super) fn unpack(
        mut self,
        find: impl Fn(ObjectId) -> Option<(Kind, Vec<u8>)>,
    ) -> Result<Unpacked, (ForGit, Vec<u8>)> {
        match self.resolve(find) {
            Ok((objects, bases)) => Ok(Unpacked { hash: self.hash, raw: self.raw, objects, bases }),
            Err(ForGit) => Err((ForGit, self.raw)),
        }
    }

    fn resolve(
        &mut self,
        find: impl Fn(ObjectId) -> Option<(Kind, Vec<u8>)>,
    ) -> Result<(Vec<Object>, Vec<Base>), ForGit> {
        if !self.whole {
            return Err(ForGit);
        }
        let mut objects: Vec<Object> = Vec::with_capacity(self.entries.len());
        let mut bases: Vec<Base> = Vec::new();
        let mut by_start: HashMap<usize, usize> = HashMap::new();
        let mut by_id: HashMap<ObjectId, usize> = HashMap::new();
        let mut base_ids: HashMap<ObjectId, usize> = HashMap::new();
        let mut waiting = std::mem::take(&mut self.entries);
        // Like git: a base in the pack comes before one outside.
        let mut outside_too = false;
        loop {
            let before = waiting.len();
            let mut still_waiting = Vec::new();
            for entry in waiting {
                let start = entry.place.start;
                let resolved = match entry.header {
                    Header::Commit => Some((Kind::Commit, None)),
                    Header::Tree => Some((Kind::Tree, None)),
                    Header::Blob => Some((Kind::Blob, None)),
                    Header::Tag => Some((Kind::Tag, None)),
                    Header::OfsDelta { base_distance } => {
                        let distance = usize::try_from(base_distance).map_err(|_| ForGit)?;
                        let base = start.checked_sub(distance).ok_or(ForGit)?;
                        by_start.get(&base).map(|index| {
                            let base: &Object = &objects[*index];
                            (base.kind, Some(base.data.as_slice()))
                        })
                    }
                    Header::RefDelta { base_id } => {
                        if let Some(index) = by_id.get(&base_id) {
                            let base = &objects[*index];
                            Some((base.kind, Some(base.data.as_slice())))
                        } else if outside_too {
                            let index = match base_ids.get(&base_id) {
                                Some(index) => *index,
                                None => {
                                    let (kind, data) = find(base_id).ok_or(ForGit)?;
                                    self.spend(data.len())?;
                                    bases.push(Base { id: base_id, kind, data });
                                    base_ids.insert(base_id, bases.len() - 1);
                                    bases.len() - 1
                                }
                            };
                            Some((bases[index].kind, Some(bases[index].data.as_slice())))
                        } else {
                            None
                        }
                    }
                };
                let Some((kind, base)) = resolved else {
                    still_waiting.push(entry);
                    continue;
                };
                let data = match base {
                    None => entry.data,
                    Some(base) => {
                        let (size, delta) = delta_header(base, &entry.data)?;
                        self.inflated = self.inflated.saturating_add(size);
                        if self.inflated > INFLATED_LIMIT {
                            return Err(ForGit);
                        }
                        apply_delta(base, delta, size)?
                    }
                };
                let id = gix::objs::compute_hash(self.hash, kind, &data).map_err(|_| ForGit)?;
                by_start.insert(start, objects.len());
                // Git has its own mind about the same object twice.
                if by_id.insert(id, objects.len()).is_some() {
                    return Err(ForGit);
                }
                objects.push(Object { id, kind, data, place: entry.place });
            }
            waiting = still_waiting;
            if waiting.is_empty() {
                break;
            }
            if waiting.len() == before {
                if outside_too {
                    return Err(ForGit);
                }
                outside_too = true;
            }
        }
        // A base that turned out to be in the pack, too, would be there twice.
        if bases.iter().any(|base| by_id.contains_key(&base.id)) {
            return Err(ForGit);
        }
        Ok((objects, bases))
    }
}

/// The hash of `data`; a SHA-1 with git's detection of attacks.
pub(super) fn sum(data: &[u8], hash: HashKind) -> Result<ObjectId, ForGit> {
    let mut hasher = gix::hash::hasher(hash);
    hasher.update(data);
    hasher.try_finalize().map_err(|_| ForGit)
}

/// The size of what a delta makes of `base`, and its instructions.
pub(super) fn delta_header<'d>(base: &[u8], delta: &'d [u8]) -> Result<(usize, &'d [u8]), ForGit> {
    let (base_size, delta) = size(delta)?;
    if base_size != base.len() {
        return Err(ForGit);
    }
    size(delta)
}

fn size(bytes: &[u8]) -> Result<(usize, &[u8]), ForGit> {
    let mut value = 0_usize;
    for (index, byte) in bytes.iter().enumerate().take(9) {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok((value, &bytes[index + 1..]));
        }
    }
    Err(ForGit)
}

/// Follows the instructions of a delta, which make `size` bytes.
pub(super) fn apply_delta(base: &[u8], mut delta: &[u8], size: usize) -> Result<Vec<u8>, ForGit> {
    let mut out = Vec::with_capacity(size);
    let next = |delta: &mut &[u8]| -> Result<usize, ForGit> {
        let (first, rest) = delta.split_first().ok_or(ForGit)?;
        *delta = rest;
        Ok(usize::from(*first))
    };
    while !delta.is_empty() {
        let command = next(&mut delta)?;
        let piece = if command & 0x80 != 0 {
            let (mut offset, mut length) = (0, 0);
            for bit in 0..4 {
                if command & 1 << bit != 0 {
                    offset |= next(&mut delta)? << (8 * bit);
                }
            }
            for bit in 0..3 {
                if command & 0x10 << bit != 0 {
                    length |= next(&mut delta)? << (8 * bit);
                }
            }
            if length == 0 {
                length = 0x10000;
            }
            base.get(offset..offset + length).ok_or(ForGit)?
        } else {
            if command == 0 || command > delta.len() {
                return Err(ForGit);
            }
            let (piece, rest) = delta.split_at(command);
            delta = rest;
            piece
        };
        if out.len() + piece.len() > size {
            return Err(ForGit);
        }
        out.extend_from_slice(piece);
    }
    if out.len() == size { Ok(out) } else { Err(ForGit) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deltas() {
        let base = b"hello world";
        // Copy five from the start, insert " you", copy six from five on.
        let delta = [11, 15, 0x90, 5, 4, b' ', b'y', b'o', b'u', 0x91, 5, 6];
        let (size, rest) = delta_header(base, &delta).unwrap();
        assert_eq!(apply_delta(base, rest, size).unwrap(), b"hello you world");
        for cut in 2..delta.len() {
            assert!(
                delta_header(base, &delta[..cut])
                    .and_then(|(size, rest)| apply_delta(base, rest, size))
                    .is_err()
            );
        }
        for wrong in [&[10, 1, 1, b'x'][..], &[11, 1, 0], &[11, 1, 0x91, 11, 1], &[11, 0xff]] {
            assert!(
                delta_header(base, wrong)
                    .and_then(|(size, rest)| apply_delta(base, rest, size))
                    .is_err()
            );
        }
    }

    /// Whatever comes, in whatever pieces: an answer, and the same one.
    #[test]
    fn any_bytes_are_survived() {
        let mut state = 0x1234_5678_9abc_def1_u64;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        for hash in [HashKind::Sha1, HashKind::Sha256] {
            // One blob "a" and the right checksum.
            let mut good = b"PACK\0\0\0\x02\0\0\0\x01\x31\x78\x9c\x4b\x04\0\0\x62\0\x62".to_vec();
            good.extend_from_slice(sum(&good, hash).unwrap().as_slice());
            assert_eq!(Reader::new(hash).feed(&good), Ok(true));
            for _ in 0..2000 {
                let mut bytes = good.clone();
                for _ in 0..random() % 3 {
                    let at = random() as usize % bytes.len();
                    bytes[at] ^= 1 << (random() % 8);
                }
                let whole = Reader::new(hash).feed(&bytes);
                let mut reader = Reader::new(hash);
                let mut pieces = Ok(false);
                for piece in bytes.chunks(1 + random() as usize % 5) {
                    pieces = reader.feed(piece);
                    if pieces != Ok(false) {
                        break;
                    }
                }
                assert_eq!(whole, pieces, "{bytes:?}");
                if bytes != good {
                    assert_ne!(whole, Ok(true));
                }
            }
        }
    }
}
