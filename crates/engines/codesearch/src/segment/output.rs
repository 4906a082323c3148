//! The file of a segment while it is written.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::postings::pack;
use super::{
    BLOCK, CONTENTS, DICTIONARY, DOCUMENTS, FOOTER, GUIDE, HEADER, MAGIC, PARTS, POSTINGS, Part,
    Row, VERSION, checksum,
};
use crate::coding::put;
use crate::fold::Trigram;
use crate::{Error, Result};

/// Contents first, then postings in the order of their trigrams, then the rest.
pub(super) struct Output {
    path: PathBuf,
    file: BufWriter<File>,
    at: u64,
    hash: Xxh3,
    parts: [Part; PARTS],
    rows: Vec<Row>,
    dictionary: Vec<u8>,
    guide: Vec<u8>,
    /// Trigrams so far, and the last one.
    trigrams: usize,
    last: Trigram,
}

impl Output {
    pub(super) fn create(path: &Path) -> Result<Self> {
        let file = File::create(path).map_err(Error::at("create", path))?;
        let mut output = Self {
            path: path.to_owned(),
            file: BufWriter::with_capacity(256 << 10, file),
            at: 0,
            hash: Xxh3::new(),
            parts: [Part::default(); PARTS],
            rows: Vec::new(),
            dictionary: Vec::new(),
            guide: Vec::new(),
            trigrams: 0,
            last: 0,
        };
        output.write(MAGIC)?;
        output.write(&u64::from(VERSION).to_le_bytes())?;
        output.hash.reset();
        output.parts[CONTENTS].offset = HEADER;
        Ok(output)
    }

    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Adds a document; `content` is its text and symbols as `row` measures
    /// them. Its place and checksum are filled in here.
    pub(super) fn document(&mut self, row: Row, content: &[&[u8]]) -> Result<()> {
        let offset = self.at;
        for bytes in content {
            self.write(bytes)?;
        }
        let whole = match content {
            [one] => checksum(one),
            several => checksum(&several.concat()),
        };
        self.rows.push(Row { offset, checksum: whole, ..row });
        Ok(())
    }

    /// No more documents.
    pub(super) fn begin_postings(&mut self) {
        self.end(CONTENTS);
        self.parts[POSTINGS].offset = self.at;
    }

    /// The documents (in order) with a trigram larger than the one before.
    pub(super) fn postings(&mut self, trigram: Trigram, documents: &[u32]) -> Result<()> {
        let packed = pack(documents, self.rows.len() as u32);
        if self.trigrams.is_multiple_of(BLOCK) {
            let place = self.at - self.parts[POSTINGS].offset;
            self.guide.extend_from_slice(&trigram.to_le_bytes());
            self.guide.extend_from_slice(&(self.dictionary.len() as u32).to_le_bytes());
            self.guide.extend_from_slice(&place.to_le_bytes());
            self.last = trigram;
        }
        put(&mut self.dictionary, u64::from(trigram - self.last));
        put(&mut self.dictionary, (packed.bytes.len() as u64) << 1 | u64::from(packed.bitmap));
        self.last = trigram;
        self.trigrams += 1;
        self.write(&packed.bytes)
    }

    /// Writes the rest and waits until all is on disk. Returns the file's
    /// length and a name that no other content has.
    pub(super) fn finish(mut self) -> Result<(u64, u64)> {
        self.end(POSTINGS);
        let rows: Vec<u8> = self.rows.iter().flat_map(Row::encode).collect();
        let tail = [
            (DICTIONARY, std::mem::take(&mut self.dictionary)),
            (GUIDE, std::mem::take(&mut self.guide)),
            (DOCUMENTS, rows),
        ];
        for (part, bytes) in tail {
            self.parts[part].offset = self.at;
            self.write(&bytes)?;
            self.end(part);
        }
        let mut footer = Vec::with_capacity(FOOTER);
        for part in self.parts {
            for value in [part.offset, part.length, part.checksum] {
                footer.extend_from_slice(&value.to_le_bytes());
            }
        }
        footer.extend_from_slice(&u64::from(VERSION).to_le_bytes());
        let name = xxh3_64(&footer);
        footer.extend_from_slice(&name.to_le_bytes());
        footer.extend_from_slice(MAGIC);
        self.write(&footer)?;
        self.file.flush().map_err(Error::at("write", &self.path))?;
        self.file.get_ref().sync_all().map_err(Error::at("write", &self.path))?;
        Ok((self.at, name))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(Error::at("write", &self.path))?;
        self.hash.update(bytes);
        self.at += bytes.len() as u64;
        Ok(())
    }

    fn end(&mut self, part: usize) {
        self.parts[part].length = self.at - self.parts[part].offset;
        self.parts[part].checksum = self.hash.digest();
        self.hash.reset();
    }
}
