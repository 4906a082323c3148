//! The normalised token stream that the duplicate join works on.

use serde::{Deserialize, Serialize};

use crate::language::{IDENTIFIER_REACH, TOKEN_IDENTIFIER};

/// A blob's tokens without comments and imports, one byte each, with their lines.
///
/// Keywords and punctuation keep their kind. Literals collapse to their class.
/// An identifier becomes the distance to its previous occurrence, counted in
/// identifiers, so that a consistent renaming changes nothing while swapped
/// variables do. The stream is enough to find and to measure clones of any
/// minimum size without the source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenStream {
    pub(crate) kinds: Vec<u8>,
    /// Runs of tokens on one line: LEB128 pairs (lines ahead, tokens).
    pub(crate) runs: Vec<u8>,
}

impl TokenStream {
    /// Number of tokens.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// True for a blob without tokens.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Puts streams of inner texts, which begin on the given lines and come in
    /// their order, between the tokens of the outer text. Returns where each begins.
    pub(crate) fn merge(outer: &Self, inner: &[(u32, Self)]) -> (Self, Vec<u32>) {
        let lines = outer.lines();
        let all = outer.len() + inner.iter().map(|(_, s)| s.len()).sum::<usize>();
        let mut writer = TokenWriter::with_capacity(all);
        let mut firsts = Vec::with_capacity(inner.len());
        let mut taken = 0;
        let mut take = |writer: &mut TokenWriter, until: usize| {
            let range = std::mem::replace(&mut taken, until)..until;
            for (kind, line) in outer.kinds[range.clone()].iter().zip(&lines[range]) {
                writer.push(*kind, *line);
            }
        };
        let mut before = 0;
        for (line, stream) in inner {
            before = lines.partition_point(|l| l <= line).max(before);
            take(&mut writer, before);
            firsts.push(writer.stream.kinds.len() as u32);
            for (kind, line) in stream.kinds.iter().zip(stream.lines()) {
                writer.push(*kind, line);
            }
        }
        take(&mut writer, outer.len());
        (writer.finish(), firsts)
    }

    /// The line (from 1) of each token.
    pub(crate) fn lines(&self) -> Vec<u32> {
        lines(self.kinds.len(), &self.runs)
    }
}

/// The line (from 1) of each of so many tokens.
pub(super) fn lines(tokens: usize, runs: &[u8]) -> Vec<u32> {
    let mut lines = Vec::with_capacity(tokens);
    let mut bytes = runs.iter().copied();
    let mut line = 0u32;
    while let (Some(ahead), Some(count)) = (leb(&mut bytes), leb(&mut bytes)) {
        line = line.saturating_add(ahead);
        // Stored data may be damaged: never produce more lines than tokens.
        let room = tokens - lines.len();
        lines.extend(std::iter::repeat_n(line, (count as usize).min(room)));
    }
    lines.resize(tokens, line);
    lines
}

fn leb(bytes: &mut impl Iterator<Item = u8>) -> Option<u32> {
    let mut value = 0u32;
    for shift in (0..32).step_by(7) {
        let byte = bytes.next()?;
        value |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Builds a [`TokenStream`].
#[derive(Debug)]
pub(crate) struct TokenWriter {
    stream: TokenStream,
    recent: [u32; IDENTIFIER_REACH],
    next: usize,
    line: u32,
    run_line: u32,
    run: u32,
}

impl TokenWriter {
    pub(crate) fn with_capacity(tokens: usize) -> Self {
        Self {
            stream: TokenStream {
                kinds: Vec::with_capacity(tokens),
                runs: Vec::with_capacity(tokens / 4),
            },
            recent: [0; IDENTIFIER_REACH],
            next: 0,
            line: 0,
            run_line: 0,
            run: 0,
        }
    }

    /// Adds a token that is no identifier, on a line counted from 1.
    pub(crate) fn push(&mut self, kind: u8, line: u32) {
        if line != self.run_line {
            self.flush();
            self.run_line = line;
        }
        self.run += 1;
        self.stream.kinds.push(kind);
    }

    /// Adds an identifier.
    pub(crate) fn push_identifier(&mut self, text: &[u8], line: u32) {
        // Zero marks an empty slot, so a hash is made odd.
        let hash = (xxhash_rust::xxh3::xxh3_64(text) >> 32) as u32 | 1;
        let mut distance = 0;
        for back in 1..=IDENTIFIER_REACH {
            if self.recent[(self.next + IDENTIFIER_REACH - back) % IDENTIFIER_REACH] == hash {
                distance = back;
                break;
            }
        }
        self.recent[self.next] = hash;
        self.next = (self.next + 1) % IDENTIFIER_REACH;
        self.push(TOKEN_IDENTIFIER + distance as u8, line);
    }

    fn flush(&mut self) {
        if self.run > 0 {
            write_leb(&mut self.stream.runs, self.run_line.saturating_sub(self.line));
            write_leb(&mut self.stream.runs, self.run);
            self.line = self.run_line;
            self.run = 0;
        }
    }

    pub(crate) fn finish(mut self) -> TokenStream {
        self.flush();
        self.stream.kinds.shrink_to_fit();
        self.stream.runs.shrink_to_fit();
        self.stream
    }
}

fn write_leb(out: &mut Vec<u8>, mut value: u32) {
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back() {
        let mut writer = TokenWriter::with_capacity(8);
        for (kind, line) in [(30, 1), (31, 1), (32, 4), (33, 900), (34, 900)] {
            writer.push(kind, line);
        }
        let stream = writer.finish();
        assert_eq!(stream.lines(), [1, 1, 4, 900, 900]);
        assert_eq!(stream.kinds, [30, 31, 32, 33, 34]);
    }

    #[test]
    fn inner_streams_stand_where_they_belong() {
        let stream = |tokens: &[(u8, u32)]| {
            let mut writer = TokenWriter::with_capacity(8);
            tokens.iter().for_each(|(kind, line)| writer.push(*kind, *line));
            writer.finish()
        };
        let outer = stream(&[(1, 1), (2, 2), (3, 5), (4, 9)]);
        let inner = [(2, stream(&[(30, 3), (31, 4)])), (5, stream(&[(40, 5)]))];
        let (merged, firsts) = TokenStream::merge(&outer, &inner);
        assert_eq!(merged.kinds, [1, 2, 30, 31, 3, 40, 4]);
        assert_eq!(merged.lines(), [1, 2, 3, 4, 5, 5, 9]);
        assert_eq!(firsts, [2, 5]);
    }

    #[test]
    fn renaming_changes_nothing_but_swapping_does() {
        let stream = |names: &[&str]| {
            let mut writer = TokenWriter::with_capacity(8);
            for name in names {
                writer.push_identifier(name.as_bytes(), 1);
            }
            writer.finish().kinds
        };
        assert_eq!(stream(&["a", "b", "a", "b"]), stream(&["x", "y", "x", "y"]));
        assert_ne!(stream(&["a", "b", "a", "b"]), stream(&["a", "b", "b", "a"]));
    }
}
