//! A segment that is read.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::postings::unpack;
use super::{
    BLOCK, Bits, DICTIONARY, DOCUMENTS, FOOTER, GUIDE, HEADER, MAGIC, PARTS, POSTINGS, Part, Row,
    VERSION, checksum, u32_at, u64_at,
};
use crate::coding::take;
use crate::document::{BlobId, LARGEST_TEXT, Symbol, decode_symbols};
use crate::fold::Trigram;
use crate::pattern::Condition;
use crate::{Error, Result};

/// An open segment. What it keeps in memory is 72 bytes for each document and
/// 16 for each block of the dictionary; the rest is read when it is asked for.
#[derive(Debug)]
pub(crate) struct Segment {
    path: PathBuf,
    file: File,
    parts: [Part; PARTS],
    rows: Vec<Row>,
    /// Documents in the order of their names.
    by_id: Vec<u32>,
    guide: Vec<Guide>,
}

/// Where a block of the dictionary begins.
#[derive(Debug, Clone, Copy)]
struct Guide {
    first: Trigram,
    dictionary: u32,
    postings: u64,
}

/// Where the postings of a trigram lie.
#[derive(Debug, Clone, Copy)]
struct Place {
    offset: u64,
    length: usize,
    bitmap: bool,
}

impl Segment {
    /// Opens a segment and checks all of it.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when it is damaged or of another version.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(Error::at("open", path))?;
        let size = file.metadata().map_err(Error::at("read", path))?.len();
        let corrupt = |why: &str| Error::corrupt(path, why);
        if size < HEADER + FOOTER as u64 {
            return Err(corrupt("it is cut off"));
        }
        let read = |offset: u64, length: u64| -> Result<Vec<u8>> {
            let mut bytes = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
            file.read_exact_at(&mut bytes, offset).map_err(Error::at("read", path))?;
            Ok(bytes)
        };
        let footer = read(size - FOOTER as u64, FOOTER as u64)?;
        let (body, seal) = footer.split_at(FOOTER - 16);
        if &seal[8..] != MAGIC || xxh3_64(body) != u64_at(seal, 0) {
            return Err(corrupt("its footer is damaged"));
        }
        if u64_at(body, PARTS * 24) != u64::from(VERSION) {
            return Err(corrupt("it is of another version"));
        }
        let mut parts = [Part::default(); PARTS];
        let mut expected = HEADER;
        for (part, bytes) in parts.iter_mut().zip(body.chunks_exact(24)) {
            *part = Part {
                offset: u64_at(bytes, 0),
                length: u64_at(bytes, 8),
                checksum: u64_at(bytes, 16),
            };
            if part.offset != expected || part.length > size {
                return Err(corrupt("its parts are not where they should be"));
            }
            expected += part.length;
        }
        if expected + FOOTER as u64 != size || !parts[DOCUMENTS].length.is_multiple_of(64) {
            return Err(corrupt("its parts are not where they should be"));
        }
        for part in parts {
            if hash(&file, part).map_err(Error::at("read", path))? != part.checksum {
                return Err(corrupt("a part of it is damaged"));
            }
        }
        let rows = read(parts[DOCUMENTS].offset, parts[DOCUMENTS].length)?;
        let rows: Vec<Row> = rows.as_chunks().0.iter().map(Row::decode).collect();
        let guide = read(parts[GUIDE].offset, parts[GUIDE].length)?;
        let guide = guide.chunks_exact(16).map(|bytes| Guide {
            first: u32_at(bytes, 0),
            dictionary: u32_at(bytes, 4),
            postings: u64_at(bytes, 8),
        });
        let mut by_id: Vec<u32> = (0..rows.len() as u32).collect();
        by_id.sort_unstable_by_key(|document| rows[*document as usize].id);
        let guide = guide.collect();
        Ok(Self { path: path.to_owned(), parts, rows, by_id, guide, file })
    }

    pub(crate) fn count(&self) -> u32 {
        self.rows.len() as u32
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The number of a blob, if it is here.
    pub(crate) fn find(&self, id: &BlobId) -> Option<u32> {
        let at = self.by_id.binary_search_by(|it| self.rows[*it as usize].id.cmp(id)).ok()?;
        Some(self.by_id[at])
    }

    /// The text of a document; what was in `text` is lost.
    pub(crate) fn text(&self, document: u32, text: &mut Vec<u8>) -> Result<()> {
        let row = self.row(document)?;
        let content = self.content(row)?;
        let stored = &content[..row.stored as usize];
        let length = row.length as usize;
        if row.stored == row.length {
            text.clear();
            text.extend_from_slice(stored);
            return Ok(());
        }
        if length > LARGEST_TEXT {
            return Err(self.damaged("a text in it is too long"));
        }
        text.resize(length, 0);
        match lz4_flex::block::decompress_into(stored, text) {
            Ok(written) if written == length => Ok(()),
            _ => Err(self.damaged("a text in it cannot be unpacked")),
        }
    }

    /// The definitions in a document.
    pub(crate) fn symbols(&self, document: u32) -> Result<Vec<Symbol>> {
        let row = self.row(document)?;
        if row.symbols == 0 {
            return Ok(Vec::new());
        }
        let content = self.content(row)?;
        decode_symbols(&content[row.stored as usize..])
            .ok_or_else(|| self.damaged("definitions in it cannot be read"))
    }

    /// Text and symbols as they stand in the file.
    pub(super) fn content(&self, row: &Row) -> Result<Vec<u8>> {
        let mut content = vec![0; row.in_file()];
        self.file
            .read_exact_at(&mut content, row.offset)
            .map_err(|error| self.damaged(&format!("a text in it cannot be read: {error}")))?;
        if checksum(&content) != row.checksum {
            return Err(self.damaged("a text in it is damaged"));
        }
        Ok(content)
    }

    fn row(&self, document: u32) -> Result<&Row> {
        self.rows.get(document as usize).ok_or_else(|| self.damaged("a document is missing"))
    }

    fn damaged(&self, why: &str) -> Error {
        Error::corrupt(&self.path, why)
    }

    /// The documents that may meet a condition.
    pub(crate) fn candidates(&self, condition: &Condition) -> Result<Bits> {
        match condition {
            Condition::Any => Ok(Bits::all(self.count())),
            Condition::None => Ok(Bits::none(self.count())),
            Condition::Has(trigram) => match self.place(*trigram)? {
                Some(place) => self.postings(place),
                None => Ok(Bits::none(self.count())),
            },
            Condition::Or(parts) => {
                let mut found = Bits::none(self.count());
                for part in parts {
                    found.add(&self.candidates(part)?);
                }
                Ok(found)
            }
            Condition::And(parts) => self.all_of(parts),
        }
    }

    /// Rare trigrams first; the common ones only as long as they can still save
    /// the reading of a file.
    fn all_of<'c>(&self, parts: impl IntoIterator<Item = &'c Condition>) -> Result<Bits> {
        const FEW: u32 = 8;
        let (mut places, mut others) = (Vec::new(), Vec::new());
        for part in parts {
            match part {
                Condition::Has(trigram) => match self.place(*trigram)? {
                    Some(place) => places.push(place),
                    None => return Ok(Bits::none(self.count())),
                },
                other => others.push(other),
            }
        }
        places.sort_by_key(|place| (place.bitmap, place.length));
        let mut found = Bits::all(self.count());
        for place in places {
            found.keep(&self.postings(place)?);
            if found.len() <= FEW {
                break;
            }
        }
        for part in others {
            if found.len() <= FEW {
                break;
            }
            found.keep(&self.candidates(part)?);
        }
        Ok(found)
    }

    fn postings(&self, place: Place) -> Result<Bits> {
        let mut bytes = vec![0; place.length];
        self.file
            .read_exact_at(&mut bytes, self.parts[POSTINGS].offset + place.offset)
            .map_err(|error| self.damaged(&format!("postings in it cannot be read: {error}")))?;
        let mut bits = Bits::none(self.count());
        unpack(&bytes, place.bitmap, self.count(), |document| bits.insert(document))
            .ok_or_else(|| self.damaged("postings in it are damaged"))?;
        Ok(bits)
    }

    fn place(&self, trigram: Trigram) -> Result<Option<Place>> {
        let block = self.guide.partition_point(|guide| guide.first <= trigram);
        let Some(block) = block.checked_sub(1) else { return Ok(None) };
        for (candidate, place) in self.block(block)? {
            if candidate == trigram {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    /// A block of the dictionary.
    fn block(&self, block: usize) -> Result<Vec<(Trigram, Place)>> {
        let damaged = || self.damaged("its dictionary is damaged");
        let start = *self.guide.get(block).ok_or_else(damaged)?;
        let dictionary = self.parts[DICTIONARY];
        let next = self.guide.get(block + 1);
        let end = next.map_or(dictionary.length, |next| u64::from(next.dictionary));
        let length = end.checked_sub(u64::from(start.dictionary)).ok_or_else(damaged)?;
        let mut bytes = vec![0; usize::try_from(length).map_err(|_| damaged())?];
        self.file
            .read_exact_at(&mut bytes, dictionary.offset + u64::from(start.dictionary))
            .map_err(|_| damaged())?;
        let mut bytes = bytes.as_slice();
        let (mut trigram, mut offset) = (u64::from(start.first), start.postings);
        let mut entries = Vec::with_capacity(BLOCK);
        while !bytes.is_empty() {
            trigram += take(&mut bytes).ok_or_else(damaged)?;
            let packed = take(&mut bytes).ok_or_else(damaged)?;
            let length = usize::try_from(packed >> 1).map_err(|_| damaged())?;
            if offset + length as u64 > self.parts[POSTINGS].length {
                return Err(damaged());
            }
            let place = Place { offset, length, bitmap: packed & 1 == 1 };
            entries.push((u32::try_from(trigram).map_err(|_| damaged())?, place));
            offset += length as u64;
        }
        Ok(entries)
    }

    /// Every trigram in order; each comes with its documents on demand.
    pub(super) fn walk(&self) -> Walk<'_> {
        Walk { segment: self, block: 0, entries: Vec::new().into_iter() }
    }
}

/// See [`Segment::walk`].
pub(super) struct Walk<'s> {
    segment: &'s Segment,
    block: usize,
    entries: std::vec::IntoIter<(Trigram, Place)>,
}

/// A trigram of a segment.
pub(super) struct Entry<'s> {
    pub(super) trigram: Trigram,
    segment: &'s Segment,
    place: Place,
}

impl<'s> Walk<'s> {
    pub(super) fn next(&mut self) -> Result<Option<Entry<'s>>> {
        loop {
            if let Some((trigram, place)) = self.entries.next() {
                return Ok(Some(Entry { trigram, segment: self.segment, place }));
            }
            if self.block >= self.segment.guide.len() {
                return Ok(None);
            }
            self.entries = self.segment.block(self.block)?.into_iter();
            self.block += 1;
        }
    }
}

impl Entry<'_> {
    pub(super) fn documents(&self) -> Result<Bits> {
        self.segment.postings(self.place)
    }
}

/// The checksum of a part, read in pieces.
fn hash(file: &File, part: Part) -> std::io::Result<u64> {
    let mut hash = Xxh3::new();
    let mut buffer = vec![0; 256 << 10];
    let (mut at, end) = (part.offset, part.offset + part.length);
    while at < end {
        let length = usize::try_from(end - at).unwrap_or(usize::MAX).min(buffer.len());
        file.read_exact_at(&mut buffer[..length], at)?;
        hash.update(&buffer[..length]);
        at += length as u64;
    }
    Ok(hash.digest())
}
