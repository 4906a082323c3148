//! Secrets in any text: keys, tokens and passwords that whoever reads the
//! repository can use.
//!
//! `secrets/providers.yml` says what they look like; a row is a rule. One
//! Aho-Corasick pass finds the lines that hold a row's words, the row's regular
//! expression finds the value on them, and [`value`] tells a secret from an
//! example, a template and a name.

mod table;
#[cfg(test)]
mod tests;
mod value;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use crate::language::Language;
use crate::rules::RuleInfo;
pub(crate) use table::{Row, rows};

/// Secrets of one blob; what has more is a list of them, and was found.
const MOST: usize = 500;
/// Longer lines are looked at around the words only, this many bytes before
/// and after: nobody's minified program is read twice.
const LONG_LINE: usize = 4_096;
const BEFORE: usize = 256;
const AFTER: usize = 1_024;

/// All rows, ready to search with.
pub(crate) struct Secrets {
    rows: &'static [Row],
    finder: AhoCorasick,
    /// By the finder's word: the rows that it may mean.
    rows_of_word: Vec<Vec<usize>>,
}

/// A secret's place.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    row: usize,
    /// What was found.
    pub(crate) info: &'static RuleInfo,
    /// Where, in bytes.
    pub(crate) range: Range<usize>,
}

impl Secrets {
    /// All rows; `None` if the table is malformed, which the crate's tests rule out.
    pub(crate) fn all() -> Option<&'static Self> {
        static ALL: OnceLock<Option<Secrets>> = OnceLock::new();
        ALL.get_or_init(|| Self::of(rows().ok()?)).as_ref()
    }

    fn of(rows: &'static [Row]) -> Option<Self> {
        let mut words: Vec<&str> = Vec::new();
        let mut rows_of_word: Vec<Vec<usize>> = Vec::new();
        let mut index: HashMap<String, usize> = HashMap::new();
        for (number, row) in rows.iter().enumerate() {
            for word in &row.words {
                let at = *index.entry(word.to_ascii_lowercase()).or_insert_with(|| {
                    words.push(word);
                    rows_of_word.push(Vec::new());
                    words.len() - 1
                });
                rows_of_word[at].push(number);
            }
        }
        let finder = AhoCorasick::builder().ascii_case_insensitive(true).build(&words).ok()?;
        Some(Self { rows, finder, rows_of_word })
    }

    /// The secrets in a text, in order of their places. Where two rows see one
    /// in the same place, the one that stands first in the table has it.
    pub(crate) fn find(
        &self,
        language: Language,
        text: &str,
        wanted: impl Fn(usize) -> bool,
    ) -> Vec<Hit> {
        let bytes = text.as_bytes();
        let mut hits: Vec<Hit> = Vec::new();
        // How far each row has read: a line with ten of its words is read once.
        let mut read = vec![0; self.rows.len()];
        for word in self.finder.find_overlapping_iter(bytes) {
            let place = word.start()..word.end();
            for &number in &self.rows_of_word[word.pattern().as_usize()] {
                let row = &self.rows[number];
                if place.end <= read[number] || !row.reads(language) || !wanted(number) {
                    continue;
                }
                let window = window(text, &place, row.lines);
                read[number] = window.end;
                row.find(&text[window.clone()], |found| {
                    hits.push(Hit {
                        row: number,
                        info: &row.info,
                        range: window.start + found.start..window.start + found.end,
                    });
                });
            }
            if hits.len() >= MOST {
                break;
            }
        }
        settle(hits)
    }
}

/// Keeps of what overlaps the row that stands first.
fn settle(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by_key(|hit| (hit.row, hit.range.start));
    let mut kept: Vec<Hit> = Vec::new();
    for hit in hits {
        let overlaps = |k: &Hit| k.range.start < hit.range.end && hit.range.start < k.range.end;
        if !kept.iter().any(overlaps) {
            kept.push(hit);
        }
    }
    kept.sort_by_key(|hit| hit.range.start);
    kept.truncate(MOST);
    kept
}

/// The lines that a row looks at for a word: its own, and for secrets of
/// several lines those after it.
fn window(text: &str, word: &Range<usize>, lines: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    // No further than a long line goes, or many words on one cost its square.
    let first = word.start.saturating_sub(LONG_LINE);
    let last = bytes.len().min(word.end + LONG_LINE);
    let newline = |b: &u8| *b == b'\n';
    let mut start =
        bytes[first..word.start].iter().rposition(newline).map_or(first, |i| first + i + 1);
    let mut end = word.end;
    for _ in 0..lines {
        end = bytes[end..last].iter().position(newline).map_or(last, |length| end + length + 1);
    }
    if end - start > LONG_LINE {
        start = start.max(word.start.saturating_sub(BEFORE));
        end = end.min(word.end + AFTER);
    }
    text.floor_char_boundary(start)..text.ceil_char_boundary(end)
}
