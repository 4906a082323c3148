//! A blob's text with its line index, and the hashes of places in it.

use std::borrow::Cow;

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::report::{ContextHashes, Span};

/// Words that stand alone on lines everywhere.
const WORDS: [&[u8]; 14] = [
    b"else",
    b"end",
    b"try",
    b"do",
    b"return",
    b"break",
    b"pass",
    b"continue",
    b"fi",
    b"done",
    b"then",
    b"finally",
    b"begin",
    b"default",
];

/// Decoded source with the byte offset of each line.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) source: String,
    starts: Vec<u32>,
}

impl Text {
    /// Decodes UTF-8 (with or without byte order mark) and UTF-16 with byte
    /// order mark; other encodings keep their ASCII part.
    pub(crate) fn decode(bytes: &[u8]) -> Self {
        Self::new(decode(bytes).into_owned())
    }

    pub(crate) fn new(source: String) -> Self {
        let mut starts = Vec::with_capacity(source.len() / 32 + 1);
        starts.push(0);
        starts.extend(
            source.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1),
        );
        // A final newline ends the last line; it does not open another.
        if source.ends_with('\n') || source.is_empty() {
            starts.pop();
        }
        Self { source, starts }
    }

    /// Makes `\\r\n` (which the grammars of C do not know inside of strings) the
    /// same as many bytes that they know.
    pub(crate) fn unglue_continuations(&mut self) {
        if self.source.contains("\\\r\n") {
            self.source = self.source.replace("\\\r\n", " \\\n");
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.source.as_bytes()
    }

    pub(crate) fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// Byte range of a line counted from 0, with its newline.
    pub(crate) fn line_range(&self, line: usize) -> std::ops::Range<usize> {
        let start = self.starts.get(line).map_or(self.source.len(), |s| *s as usize);
        let end = self.starts.get(line + 1).map_or(self.source.len(), |s| *s as usize);
        start..end
    }

    pub(crate) fn line(&self, line: usize) -> &[u8] {
        &self.bytes()[self.line_range(line)]
    }

    /// The line (from 0) that holds a byte.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|s| *s as usize <= offset).saturating_sub(1)
    }

    /// The span of a byte range, in lines and characters from 1.
    pub(crate) fn span(&self, range: std::ops::Range<usize>) -> Span {
        let (start_line, start_column) = self.position(range.start);
        let (end_line, end_column) = self.position(range.end);
        Span { start_line, start_column, end_line, end_column }
    }

    /// A byte range as the parser wants it.
    pub(crate) fn parser_range(&self, range: &std::ops::Range<usize>) -> tree_sitter::Range {
        let point = |offset: usize| {
            let row = self.line_of(offset);
            tree_sitter::Point { row, column: offset - self.line_range(row).start.min(offset) }
        };
        tree_sitter::Range {
            start_byte: range.start,
            end_byte: range.end,
            start_point: point(range.start),
            end_point: point(range.end),
        }
    }

    fn position(&self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.source.len());
        let line = self.line_of(offset);
        let start = self.starts.get(line).map_or(0, |s| *s as usize);
        let column = self.bytes()[start..offset]
            .iter()
            // Continuation bytes belong to the character before them.
            .filter(|b| **b & 0xc0 != 0x80)
            .count();
        (line as u32 + 1, column as u32 + 1)
    }

    /// Hashes of the place that starts on `line` (from 0); `text` is what it covers.
    pub(crate) fn context(&self, line: usize, text: &[u8]) -> ContextHashes {
        let mut around = [0u32; 6];
        let before = (0..line).rev().filter_map(|l| self.telling_hash(l)).take(3);
        for (slot, hash) in around[..3].iter_mut().zip(before) {
            *slot = hash as u32;
        }
        let after = (line + 1..self.line_count()).filter_map(|l| self.telling_hash(l)).take(3);
        for (slot, hash) in around[3..].iter_mut().zip(after) {
            *slot = hash as u32;
        }
        ContextHashes { line: self.line_hash(line).unwrap_or(0), text: squeezed_hash(text), around }
    }

    /// Hash of a line without its white space; `None` where it says as good as
    /// nothing: `}`, `});` and `else {` stand everywhere.
    fn telling_hash(&self, line: usize) -> Option<u64> {
        let bytes = self.line(line);
        let line = bytes.trim_ascii();
        let dull = |b: &u8| b" {}()[];,:".contains(b);
        let said = line.iter().position(|b| !dull(b))?;
        let word = line[said..].split(dull).next()?;
        let nothing = WORDS.contains(&word) && line[said + word.len()..].iter().all(dull);
        (!nothing).then(|| squeezed_hash(bytes))
    }

    /// Hash of a line without its white space; `None` for a blank line.
    fn line_hash(&self, line: usize) -> Option<u64> {
        let bytes = self.line(line);
        (!bytes.trim_ascii().is_empty()).then(|| squeezed_hash(bytes))
    }
}

/// Hash of the bytes that are not ASCII white space.
pub(crate) fn squeezed_hash(bytes: &[u8]) -> u64 {
    // Most lines fit on the stack and hash in one go.
    let mut buffer = [0u8; 256];
    let mut length = 0;
    let mut rest = bytes.iter();
    for b in rest.by_ref() {
        if !b.is_ascii_whitespace() {
            buffer[length] = *b;
            length += 1;
            if length == buffer.len() {
                break;
            }
        }
    }
    if length < buffer.len() {
        return xxh3_64(&buffer[..length]);
    }
    let mut hasher = Xxh3::new();
    hasher.update(&buffer);
    for chunk in rest.as_slice().split(u8::is_ascii_whitespace).filter(|c| !c.is_empty()) {
        hasher.update(chunk);
    }
    hasher.digest()
}

fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Cow<'static, str> {
    let units = bytes.chunks_exact(2).map(|p| unit([p[0], p[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// True for text that starts with a UTF-16 byte order mark, whose NUL bytes do
/// not make it binary.
pub(crate) fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns() {
        let text = Text::new("aé = 1\n\nb\n".into());
        assert_eq!(text.line_count(), 3);
        let span = text.span(4..10);
        assert_eq!((span.start_line, span.start_column), (1, 4));
        assert_eq!((span.end_line, span.end_column), (3, 2));
        assert_eq!(Text::new(String::new()).line_count(), 0);
        assert_eq!(Text::new("a".into()).line_count(), 1);
    }

    #[test]
    fn encodings() {
        assert_eq!(Text::decode(b"\xef\xbb\xbfx").source, "x");
        assert_eq!(Text::decode(b"\xff\xfea\0b\0").source, "ab");
        assert_eq!(Text::decode(b"\xfe\xff\0a").source, "a");
        assert_eq!(Text::decode(b"caf\xe9").source, "caf\u{fffd}");
    }

    #[test]
    fn hashes_ignore_white_space_at_every_length() {
        for n in [1, 255, 256, 257, 2000] {
            let tight = "x".repeat(n);
            let loose = "x \t".repeat(n);
            assert_eq!(squeezed_hash(tight.as_bytes()), squeezed_hash(loose.as_bytes()), "{n}");
        }
    }
}
