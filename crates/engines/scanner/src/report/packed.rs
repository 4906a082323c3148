//! A report as a project holds it: in its stored form, of which the tokens are
//! read where they lie.

use std::ops::Range;

use super::codec::{Places, Reader};
use super::{BlobReport, DecodeError, Function, Health, Part, tokens};
use crate::language::{Language, SkipReason};

/// A report in its stored form. Takes as many bytes as are stored of it, in one
/// piece: a project of a million lines is held in some ten megabytes.
#[derive(Debug, Clone, PartialEq)]
pub struct PackedReport {
    bytes: Box<[u8]>,
    language: Language,
    skipped: Option<SkipReason>,
    health: Health,
    places: Places,
}

/// Where a function stands, and how complex it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionShape {
    /// First line, from 1.
    pub start_line: u32,
    /// Last line, inclusive.
    pub end_line: u32,
    /// See [`Function::cyclomatic`].
    pub cyclomatic: u32,
    /// See [`Function::cognitive`].
    pub cognitive: u32,
}

impl PackedReport {
    /// Packs a report.
    #[must_use]
    pub fn new(report: &BlobReport) -> Self {
        let (bytes, places) = report.encode_placed();
        Self::of(bytes, report, places)
    }

    /// Takes a report in its stored form.
    ///
    /// # Errors
    /// As [`BlobReport::decode`].
    pub fn read(bytes: Vec<u8>) -> Result<Self, DecodeError> {
        let (report, places) = BlobReport::decode_placed(&bytes)?;
        Ok(Self::of(bytes, &report, places))
    }

    fn of(bytes: Vec<u8>, report: &BlobReport, places: Places) -> Self {
        Self {
            bytes: bytes.into_boxed_slice(),
            language: report.language,
            skipped: report.skipped,
            health: report.health,
            places,
        }
    }

    /// The report.
    #[must_use]
    pub fn report(&self) -> BlobReport {
        // It was read or written as it is.
        BlobReport::decode(&self.bytes)
            .unwrap_or_else(|_| BlobReport::skipped(self.language, SkipReason::Failed))
    }

    /// The stored form.
    #[must_use]
    pub fn encoded(&self) -> &[u8] {
        &self.bytes
    }

    /// See [`BlobReport::language`].
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// See [`BlobReport::skipped`].
    #[must_use]
    pub fn skipped(&self) -> Option<SkipReason> {
        self.skipped
    }

    /// See [`BlobReport::health`].
    #[must_use]
    pub fn health(&self) -> Health {
        self.health
    }

    /// Whether what is said of the file depends on other files, too.
    #[must_use]
    pub fn has_links(&self) -> bool {
        // None are one byte.
        self.bytes.len() > self.places.links + 1
    }

    /// See [`BlobReport::functions`].
    #[must_use]
    pub fn functions(&self) -> Vec<Function> {
        let mut reader = self.at(self.places.functions);
        reader.list(Reader::function).unwrap_or_default()
    }

    /// The functions' places and complexity, in order of their start.
    #[must_use]
    pub fn shapes(&self) -> Vec<FunctionShape> {
        let mut reader = self.at(self.places.functions);
        reader.list(Reader::shape).unwrap_or_default()
    }

    /// Hashes of the functions' simple names, in order.
    pub(crate) fn names(&self) -> Vec<u64> {
        let mut reader = self.at(self.places.functions);
        let hash = |reader: &mut Reader<'_>| reader.function_name().map(name_hash);
        let mut names = reader.list(hash).unwrap_or_default();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// About how many bytes it takes in memory.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes.len() + size_of::<Self>()
    }

    /// The tokens, one byte each; see [`TokenStream`](super::TokenStream).
    pub(crate) fn tokens(&self) -> &[u8] {
        self.slice(&self.places.kinds)
    }

    /// The line (from 1) of each token.
    pub(crate) fn token_lines(&self) -> Vec<u32> {
        tokens::lines(self.tokens().len(), self.slice(&self.places.runs))
    }

    /// The tokens by language: those of the file's own language around its parts,
    /// and those of the parts, in order.
    pub(crate) fn segments(&self) -> Vec<(Language, Range<usize>)> {
        let all = self.tokens().len();
        let parts: Vec<Part> = self.at(self.places.parts).list(Reader::part).unwrap_or_default();
        let mut segments = Vec::with_capacity(parts.len() * 2 + 1);
        let mut from = 0;
        for part in &parts {
            // Stored data may be damaged.
            let start = (part.first_token as usize).clamp(from, all);
            let end = start.saturating_add(part.tokens as usize).min(all);
            segments.push((self.language, from..start));
            segments.push((part.language, start..end));
            from = end;
        }
        segments.push((self.language, from..all));
        segments
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    fn at(&self, place: usize) -> Reader<'_> {
        Reader::new(self.bytes.get(place..).unwrap_or_default())
    }
}

/// What [`PackedReport::names`] holds of a name.
pub(crate) fn name_hash(name: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(name)
}
