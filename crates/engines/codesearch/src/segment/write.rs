//! A segment made of new documents.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::path::Path;

use super::Row;
use super::output::Output;
use crate::Result;
use crate::coding::{put, take_u32};
use crate::document::{BlobId, Document};
use crate::fold::Trigram;

/// Trigrams are spread well by one multiplication.
#[derive(Default)]
pub(super) struct TrigramHasher(u64);

impl Hasher for TrigramHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) ^ u64::from(*byte);
        }
    }

    fn write_u32(&mut self, trigram: u32) {
        let spread = u64::from(trigram).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = spread ^ spread >> 32;
    }
}

/// Documents with one trigram, as differences.
#[derive(Default)]
struct List {
    last: u32,
    bytes: Vec<u8>,
}

/// Writes documents as they come; only their trigrams stay in memory, about a
/// third of the text's size.
pub(crate) struct SegmentWriter {
    output: Output,
    lists: HashMap<Trigram, List, BuildHasherDefault<TrigramHasher>>,
    text: u64,
}

impl SegmentWriter {
    pub(crate) fn create(path: &Path) -> Result<Self> {
        Ok(Self { output: Output::create(path)?, lists: HashMap::default(), text: 0 })
    }

    /// Bytes of text so far.
    pub(crate) fn text(&self) -> u64 {
        self.text
    }

    /// Documents so far.
    pub(crate) fn count(&self) -> usize {
        self.output.rows().len()
    }

    pub(crate) fn add(&mut self, id: BlobId, document: &Document) -> Result<()> {
        let number = self.count() as u32;
        let row = Row {
            id,
            offset: 0,
            length: document.length,
            stored: document.stored.len() as u32,
            symbols: document.symbols.len() as u32,
            checksum: 0,
            flags: document.flags,
        };
        self.output.document(row, &[&document.stored, &document.symbols])?;
        self.text += u64::from(document.length);
        for trigram in &document.trigrams {
            let list = self.lists.entry(*trigram).or_default();
            put(&mut list.bytes, u64::from(number - list.last));
            list.last = number;
        }
        Ok(())
    }

    /// See [`Output::finish`].
    pub(crate) fn finish(mut self) -> Result<(u64, u64)> {
        self.output.begin_postings();
        let mut lists: Vec<_> = self.lists.into_iter().collect();
        lists.sort_unstable_by_key(|(trigram, _)| *trigram);
        let mut documents = Vec::new();
        for (trigram, list) in lists {
            documents.clear();
            let (mut bytes, mut document) = (list.bytes.as_slice(), 0);
            while let Some(step) = take_u32(&mut bytes) {
                document += step;
                documents.push(document);
            }
            self.output.postings(trigram, &documents)?;
        }
        self.output.finish()
    }
}
