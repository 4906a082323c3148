//! A segment: a file with some blobs and their trigrams, never changed once it
//! has its name.
//!
//! ```text
//! magic ┃ contents: text, symbols ┃ postings ┃ dictionary ┃ guide ┃ documents ┃ footer
//! ```
//!
//! * **postings**: for each trigram the documents that have it, as differences
//!   or, where they are many, as a bitmap;
//! * **dictionary**: the trigrams in order with the length of their postings, in
//!   blocks of [`BLOCK`]; the **guide** says where each block begins;
//! * **documents**: one row of fixed size for each blob;
//! * **footer**: where the parts are, and their checksums.
//!
//! Everything is checked when a segment is opened, each document once more when
//! it is read.

mod merge;
mod output;
mod postings;
mod read;
mod write;

pub(crate) use merge::merge;
pub(crate) use postings::Bits;
pub(crate) use read::Segment;
pub(crate) use write::SegmentWriter;

use crate::document::BlobId;

/// Changes with the format or with what [`crate::Document`] keeps: an index of
/// another version is built anew.
pub(crate) const VERSION: u32 = 1;

const MAGIC: &[u8; 8] = b"mortsrch";

/// Trigrams in a block of the dictionary.
const BLOCK: usize = 64;

const PARTS: usize = 5;
const CONTENTS: usize = 0;
const POSTINGS: usize = 1;
const DICTIONARY: usize = 2;
const GUIDE: usize = 3;
const DOCUMENTS: usize = 4;

/// Where a part lies in the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Part {
    offset: u64,
    length: u64,
    checksum: u64,
}

const HEADER: u64 = 16;
/// Parts, version and checksum of the footer itself, magic.
const FOOTER: usize = PARTS * 24 + 8 + 8 + 8;

/// A blob in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: BlobId,
    /// From the start of the file.
    offset: u64,
    /// Bytes of the text.
    pub(crate) length: u32,
    /// Bytes that it takes in the file.
    stored: u32,
    /// Bytes of the symbols, which follow after it.
    symbols: u32,
    /// Of text and symbols as they stand in the file.
    checksum: u32,
    pub(crate) flags: u32,
}

impl Row {
    const SIZE: usize = 64;

    fn encode(&self) -> [u8; Self::SIZE] {
        let mut out = [0; Self::SIZE];
        out[..32].copy_from_slice(self.id.as_bytes());
        out[32..40].copy_from_slice(&self.offset.to_le_bytes());
        let rest = [self.length, self.stored, self.symbols, self.checksum, self.flags];
        for (place, value) in out[40..60].chunks_exact_mut(4).zip(rest) {
            place.copy_from_slice(&value.to_le_bytes());
        }
        out
    }

    fn decode(bytes: &[u8; Self::SIZE]) -> Self {
        let word = |at: usize| u32_at(bytes, 40 + 4 * at);
        Self {
            id: BlobId::from_bytes(&bytes[..32]),
            offset: u64_at(bytes, 32),
            length: word(0),
            stored: word(1),
            symbols: word(2),
            checksum: word(3),
            flags: word(4),
        }
    }

    fn in_file(&self) -> usize {
        self.stored as usize + self.symbols as usize
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|it| it.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|it| it.try_into().ok()).map_or(0, u64::from_le_bytes)
}

/// What a row's checksum is made of.
fn checksum(bytes: &[u8]) -> u32 {
    xxhash_rust::xxh3::xxh3_64(bytes) as u32
}
