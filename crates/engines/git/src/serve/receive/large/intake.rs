//! A pack on its way in: written to a file, hashed, and cut into its entries.

use std::{
    io::{self, Read, Write},
    sync::OnceLock,
};

use bytes::{Buf, Bytes};
use flate2::Crc;
use gix::{
    ObjectId,
    hash::{Hasher, Kind as HashKind},
    objs::Kind,
    odb::pack::data::{self, entry::Header},
    zlib::{Decompress, FlushDecompress, Status},
};
use tokio::sync::mpsc;

use super::{
    super::pack::{ForGit, HEADER},
    FILE_LIMIT, Graph, Pack, Spool, Stop, limit,
};
use crate::Error;

/// How much is inflated at a time, in bytes.
const STEP: usize = 64 << 10;

/// One entry of the pack.
#[derive(Debug)]
pub(super) struct Entry {
    /// Where it begins in the pack.
    pub(super) start: u64,
    /// How many bytes stand before its compressed data.
    pub(super) head: u16,
    /// How many bytes the data has, inflated: those of the object, or of the delta.
    pub(super) size: u64,
    /// Of the whole entry as it is in the pack.
    pub(super) crc: u32,
    pub(super) origin: Origin,
}

/// What an entry's object is made of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin {
    Whole(Kind),
    /// A delta against the object of another entry, which stands before it.
    Delta(u32),
    /// A delta against an object by its name, by its place among those.
    Outside(u32),
}

/// Reads the pieces that a client sends.
pub(super) struct Intake<'a> {
    spool: &'a Spool,
    hash: HashKind,
    pieces: mpsc::Receiver<Bytes>,
    /// What is left of the last one.
    piece: Bytes,
    /// How much of the pack was read.
    at: u64,
    /// Of all that was read.
    sum: Hasher,
    /// Of the entry that is being read.
    crc: Crc,
    failed: Option<Error>,
}

impl<'a> Intake<'a> {
    pub(super) fn new(
        spool: &'a Spool,
        hash: HashKind,
        pieces: mpsc::Receiver<Bytes>,
    ) -> Intake<'a> {
        Intake {
            spool,
            hash,
            pieces,
            piece: Bytes::new(),
            at: 0,
            sum: gix::hash::hasher(hash),
            crc: Crc::new(),
            failed: None,
        }
    }

    /// Reads the whole pack.
    pub(super) fn pack(&mut self) -> Result<Pack, Stop> {
        self.try_pack().map_err(|stop| self.failed.take().map_or(stop, Stop::Failed))
    }

    fn try_pack(&mut self) -> Result<Pack, Stop> {
        let mut header = [0; HEADER];
        self.read_exact(&mut header).map_err(|_| ForGit)?;
        if !super::is_for_us(&header) {
            return Err(Stop::ForGit);
        }
        let [.., a, b, c, d] = header;
        let count = u32::from_be_bytes([a, b, c, d]);
        let graph = Graph::new(self.hash);
        let mut pack = Pack {
            hash: self.hash,
            // Whoever says a number may not mean it.
            entries: Vec::with_capacity(count.min(1 << 16) as usize),
            ids: Vec::new(),
            outside: Vec::new(),
            graph,
            end: 0,
            checksum: ObjectId::null(self.hash),
        };
        let mut outside = std::collections::HashMap::new();
        let mut inflate = Decompress::new();
        let mut buffer = vec![0; STEP];
        for _ in 0..count {
            self.entry(&mut pack, &mut outside, &mut inflate, &mut buffer)?;
        }
        pack.end = self.at;
        let sum = std::mem::replace(&mut self.sum, gix::hash::hasher(self.hash));
        pack.checksum = sum.try_finalize().map_err(|_| ForGit)?;
        let mut told = [0; 32];
        let told = &mut told[..self.hash.len_in_bytes()];
        self.read_exact(told).map_err(|_| ForGit)?;
        if pack.checksum.as_slice() == told { Ok(pack) } else { Err(Stop::ForGit) }
    }

    fn entry(
        &mut self,
        pack: &mut Pack,
        outside: &mut std::collections::HashMap<ObjectId, u32>,
        inflate: &mut Decompress,
        buffer: &mut [u8],
    ) -> Result<(), Stop> {
        let start = self.at;
        self.crc.reset();
        let length = self.hash.len_in_bytes();
        let entry = data::Entry::from_read(self, start, length).map_err(|_| ForGit)?;
        let head = u16::try_from(entry.header_size()).map_err(|_| ForGit)?;
        let size = entry.decompressed_size;
        let mut id = OnceLock::new();
        let origin = match entry.header {
            Header::OfsDelta { base_distance } => {
                let base = start.checked_sub(base_distance).ok_or(ForGit)?;
                let base = pack.entries.binary_search_by_key(&base, |entry| entry.start);
                Origin::Delta(base.ok().and_then(|at| u32::try_from(at).ok()).ok_or(ForGit)?)
            }
            Header::RefDelta { base_id } => {
                let next = u32::try_from(pack.outside.len()).map_err(|_| ForGit)?;
                let at = *outside.entry(base_id).or_insert(next);
                if at == next {
                    pack.outside.push(base_id);
                }
                Origin::Outside(at)
            }
            Header::Blob => Origin::Whole(Kind::Blob),
            Header::Tree => Origin::Whole(Kind::Tree),
            Header::Commit => Origin::Whole(Kind::Commit),
            Header::Tag => Origin::Whole(Kind::Tag),
        };
        match origin {
            Origin::Whole(Kind::Blob) => {
                // However large, it need not be held.
                let mut hasher = gix::hash::hasher(self.hash);
                hasher.update(&gix::objs::encode::loose_header(Kind::Blob, size));
                self.inflate(size, inflate, buffer, |part| hasher.update(part))?;
                let name = hasher.try_finalize().map_err(|_| ForGit)?;
                pack.graph.admit(name, Kind::Blob, &[])?;
                id = OnceLock::from(name);
            }
            Origin::Whole(kind) => {
                if size > limit(kind) {
                    return Err(Stop::ForGit);
                }
                let mut data = Vec::new();
                self.inflate(size, inflate, buffer, |part| data.extend_from_slice(part))?;
                let name = gix::objs::compute_hash(self.hash, kind, &data).map_err(|_| ForGit)?;
                pack.graph.admit(name, kind, &data)?;
                id = OnceLock::from(name);
            }
            Origin::Delta(_) | Origin::Outside(_) => {
                if size > FILE_LIMIT {
                    return Err(Stop::ForGit);
                }
                self.inflate(size, inflate, buffer, |_| {})?;
            }
        }
        pack.entries.push(Entry { start, head, size, crc: self.crc.sum(), origin });
        pack.ids.push(id);
        Ok(())
    }

    /// Inflates what comes, which has to make `size` bytes.
    fn inflate(
        &mut self,
        size: u64,
        inflate: &mut Decompress,
        buffer: &mut [u8],
        mut part: impl FnMut(&[u8]),
    ) -> Result<(), Stop> {
        inflate.reset();
        let mut made = 0;
        loop {
            let input = self.fill()?;
            let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
            let status =
                inflate.decompress(input, buffer, FlushDecompress::None).map_err(|_| ForGit)?;
            let taken = usize::try_from(inflate.total_in() - before_in).map_err(|_| ForGit)?;
            let new = usize::try_from(inflate.total_out() - before_out).map_err(|_| ForGit)?;
            self.consume(taken);
            made += new as u64;
            if made > size {
                return Err(Stop::ForGit);
            }
            part(&buffer[..new]);
            match status {
                Status::StreamEnd if made == size => return Ok(()),
                Status::StreamEnd => return Err(Stop::ForGit),
                _ if taken == 0 && new == 0 => return Err(Stop::ForGit),
                _ => {}
            }
        }
    }

    /// What of the pack came and was not read; never empty.
    fn fill(&mut self) -> Result<&[u8], Stop> {
        while self.piece.is_empty() {
            let piece = self.pieces.blocking_recv().ok_or(ForGit)?;
            self.keep(&piece)?;
            self.piece = piece;
        }
        Ok(&self.piece)
    }

    fn keep(&mut self, piece: &[u8]) -> Result<(), Stop> {
        let mut file = &self.spool.file;
        let kept = file.write_all(piece).map_err(Error::at("write", &self.spool.path));
        kept.map_err(|error| {
            self.failed = Some(error);
            Stop::ForGit
        })
    }

    fn consume(&mut self, count: usize) {
        let read = &self.piece[..count];
        self.sum.update(read);
        self.crc.update(read);
        self.at += count as u64;
        self.piece.advance(count);
    }

    /// Whether nothing came behind the pack. Nothing is taken any more afterwards.
    pub(super) fn is_at_its_end(&mut self) -> bool {
        self.pieces.close();
        self.piece.is_empty() && self.pieces.try_recv().is_err()
    }

    /// Has everything that was taken from the client in the file.
    pub(super) fn keep_the_rest(&mut self) -> Result<(), Stop> {
        self.pieces.close();
        while let Some(piece) = self.pieces.blocking_recv() {
            self.keep(&piece).map_err(|stop| self.failed.take().map_or(stop, Stop::Failed))?;
        }
        Ok(())
    }
}

impl Read for Intake<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let there = self.fill().map_err(|_| io::ErrorKind::UnexpectedEof)?;
        let count = there.len().min(into.len());
        into[..count].copy_from_slice(&there[..count]);
        self.consume(count);
        Ok(count)
    }
}
