//! A blob made ready for the index, independent of where it lies.

use std::fmt;
use std::time::Duration;

use scanner::{DefinitionKind, Language, SkipReason};

use crate::coding::{put, take_bytes, take_u32};
use crate::fold::{self, Trigram};

/// Texts of more bytes are found by their path only.
pub const LARGEST_TEXT: usize = 2 << 20;

/// Texts of more bytes are not parsed for definitions.
const LARGEST_PARSED: usize = 512 << 10;
const PARSE_TIME: Duration = Duration::from_millis(500);

/// The name of a blob: up to 32 bytes, shorter ones filled up with zeros.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId([u8; 32]);

impl BlobId {
    /// From the bytes of an object's name; those after the 32nd are left out.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let mut id = [0; 32];
        let length = bytes.len().min(id.len());
        id[..length].copy_from_slice(&bytes[..length]);
        Self(id)
    }

    /// All 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0[..20]))
    }
}

/// A name at the place where a text defines it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// What it is.
    pub kind: DefinitionKind,
    /// The name.
    pub name: String,
    /// Its line, from 1.
    pub line: u32,
    /// Bytes before it on that line.
    pub column: u32,
}

/// Bits that a document carries.
pub(crate) mod flag {
    /// It is no text, and has no content here.
    pub(crate) const BINARY: u32 = 1;
    /// It is too large, and has no content here.
    pub(crate) const TOO_LARGE: u32 = 2;
    /// A tool wrote it.
    pub(crate) const GENERATED: u32 = 4;
    /// A header that is C++ by its content.
    pub(crate) const CPP: u32 = 8;
}

/// A blob as the index keeps it.
#[derive(Debug, Clone)]
pub struct Document {
    /// Bytes of the text.
    pub(crate) length: u32,
    /// The text, compressed unless that made it longer.
    pub(crate) stored: Vec<u8>,
    /// [`encode_symbols`].
    pub(crate) symbols: Vec<u8>,
    pub(crate) flags: u32,
    /// Each once.
    pub(crate) trigrams: Vec<Trigram>,
}

impl Document {
    /// Makes a blob ready. `path` is one of those where it lies; its language
    /// decides how definitions are found.
    #[must_use]
    pub fn new(path: &str, content: &[u8]) -> Self {
        if content.len() > LARGEST_TEXT {
            return Self::too_large();
        }
        if is_binary(content) {
            return Self::without_content(flag::BINARY);
        }
        let flags = flags_of(content);
        let packed = lz4_flex::block::compress(content);
        Self {
            length: content.len() as u32,
            symbols: encode_symbols(&symbols(path, content, flags)),
            stored: if packed.len() < content.len() { packed } else { content.to_vec() },
            flags,
            trigrams: fold::trigrams(content),
        }
    }

    /// A blob of more than [`LARGEST_TEXT`] bytes, which need not be read.
    #[must_use]
    pub fn too_large() -> Self {
        Self::without_content(flag::TOO_LARGE)
    }

    fn without_content(flags: u32) -> Self {
        Self { length: 0, stored: Vec::new(), symbols: Vec::new(), flags, trigrams: Vec::new() }
    }
}

/// Git's test: a NUL among the first 8,000 bytes.
pub(crate) fn is_binary(content: &[u8]) -> bool {
    content[..content.len().min(8000)].contains(&0)
}

pub(crate) fn flags_of(content: &[u8]) -> u32 {
    let mut flags = 0;
    if matches!(
        scanner::admit_source(content, usize::MAX),
        Some(SkipReason::Generated | SkipReason::Minified)
    ) {
        flags |= flag::GENERATED;
    }
    if Language::of("x.h", content) == Some(Language::Cpp) {
        flags |= flag::CPP;
    }
    flags
}

/// The language of a file by its path and what is known of its content.
pub(crate) fn language(path: &str, flags: u32) -> Option<Language> {
    let language = Language::of_path(path)?;
    let header = language == Language::C && path.ends_with(".h");
    Some(if header && flags & flag::CPP != 0 { Language::Cpp } else { language })
}

pub(crate) fn symbols(path: &str, content: &[u8], flags: u32) -> Vec<Symbol> {
    if content.len() > LARGEST_PARSED || flags & flag::GENERATED != 0 {
        return Vec::new();
    }
    let Some(language) = language(path, flags) else { return Vec::new() };
    let mut found: Vec<_> = scanner::definitions(language, content, PARSE_TIME)
        .into_iter()
        .map(|it| Symbol { kind: it.kind, name: it.name, line: it.line, column: it.column })
        .collect();
    found.sort_by_key(|symbol| (symbol.line, symbol.column));
    found
}

fn encode_symbols(symbols: &[Symbol]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut line = 0;
    for symbol in symbols {
        put(&mut out, u64::from(symbol.line - line));
        put(&mut out, u64::from(symbol.column));
        out.push(symbol.kind as u8);
        put(&mut out, symbol.name.len() as u64);
        out.extend_from_slice(symbol.name.as_bytes());
        line = symbol.line;
    }
    out
}

/// Nothing where the bytes are no symbols.
pub(crate) fn decode_symbols(mut bytes: &[u8]) -> Option<Vec<Symbol>> {
    let mut found = Vec::new();
    let mut line = 0u32;
    while !bytes.is_empty() {
        line = line.checked_add(take_u32(&mut bytes)?)?;
        let column = take_u32(&mut bytes)?;
        let kind = *take_bytes(&mut bytes, 1)?.first()?;
        let kind = *DefinitionKind::ALL.get(usize::from(kind))?;
        let length = take_u32(&mut bytes)? as usize;
        let name = std::str::from_utf8(take_bytes(&mut bytes, length)?).ok()?.to_owned();
        found.push(Symbol { kind, name, line, column });
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_keeps_what_is_needed() {
        let text = b"fn main() {}\nfn main() {}\nstruct Point;\n";
        let document = Document::new("src/main.rs", text);
        let symbols = decode_symbols(&document.symbols).unwrap();
        let names: Vec<_> = symbols.iter().map(|it| (it.name.as_str(), it.line)).collect();
        assert_eq!(names, [("main", 1), ("main", 2), ("Point", 3)]);
        assert!(document.stored.len() < text.len());
        assert_eq!(Document::new("x", b"a\0b").flags, flag::BINARY);
        assert_eq!(Document::new("x", &vec![b'a'; LARGEST_TEXT + 1]).flags, flag::TOO_LARGE);
        assert_eq!(decode_symbols(b"\x01"), None);
    }

    #[test]
    fn headers_are_told_apart() {
        let document = Document::new("a.h", b"class A {};\n");
        assert_eq!(language("b.h", document.flags), Some(Language::Cpp));
        assert_eq!(language("b.c", document.flags), Some(Language::C));
    }
}
