//! What tools would write instead, and where that is in the bytes of a file.

use serde::{Deserialize, Serialize};

/// More replacements are no fix of one report.
const EDITS: usize = 100;
/// More bytes of new text are none.
const TEXT: usize = 64 << 10;
/// What some files have before their text.
const MARK: char = '\u{feff}';

/// What a tool would write instead, in the file of its report. Everything in it
/// belongs together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What the tool counts columns in.
    pub columns: Columns,
    /// The places, at least one.
    pub edits: Vec<Edit>,
}

/// What columns are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Columns {
    /// Characters.
    Characters,
    /// Units of UTF-16.
    Utf16,
    /// One of these two.
    Unsaid,
    /// One of these two or bytes: tools of the format do not agree.
    Disputed,
}

/// A place with the text that comes there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Where.
    pub place: Place,
    /// What stands there then; empty where something is to go.
    pub text: String,
    /// What stands there now, where the tool says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
}

/// A place as a tool names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// From a line and column, from 1, to before another; to the end of the last
    /// line where that has no column.
    Text {
        /// First line.
        line: u32,
        /// First column.
        column: u32,
        /// Last line.
        end_line: u32,
        /// Behind the last column.
        end_column: Option<u32>,
    },
    /// Lines with their ends, from 1.
    Lines {
        /// The first.
        first: u32,
        /// The last.
        last: u32,
    },
    /// Bytes.
    Bytes {
        /// The first.
        start: u64,
        /// How many.
        length: u64,
    },
}

impl Fix {
    /// A fix of bounded size.
    pub(crate) fn new(columns: Columns, edits: Vec<Edit>) -> Option<Self> {
        let bytes: usize = edits.iter().map(|edit| edit.text.len()).sum();
        (!edits.is_empty() && edits.len() <= EDITS && bytes <= TEXT)
            .then_some(Self { columns, edits })
    }

    /// Bytes that it takes.
    pub(crate) fn size(&self) -> usize {
        let old = |edit: &Edit| edit.old.as_ref().map_or(0, String::len);
        self.edits.iter().map(|edit| edit.text.len() + old(edit) + size_of::<Edit>()).sum()
    }
}

/// Bytes of a file that are replaced, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
    /// What stands there then.
    pub text: String,
}

/// A file in which places are looked up.
#[derive(Debug, Clone)]
pub struct Places {
    text: String,
    /// Where lines begin.
    starts: Vec<usize>,
    windows: bool,
}

impl Places {
    /// Of the bytes of a file. `None` where tools do not agree what its lines and
    /// columns are: it is not UTF-8, or has line ends of a third kind.
    #[must_use]
    pub fn new(source: Vec<u8>) -> Option<Self> {
        let text = String::from_utf8(source).ok()?;
        let bytes = text.as_bytes();
        let alone = |(at, byte): (usize, &u8)| *byte == b'\r' && bytes.get(at + 1) != Some(&b'\n');
        if bytes.iter().enumerate().any(alone) {
            return None;
        }
        let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Some(Self { windows: text.contains("\r\n"), text, starts })
    }

    /// The line and the column of a byte in characters, from 1.
    #[must_use]
    pub fn at(&self, byte: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= byte).max(1);
        let before = self.text.get(self.starts[line - 1]..byte).unwrap_or_default();
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        (small(line), small(before.chars().count() + 1))
    }

    /// What a fix comes to, from the first place to the last. `None` when a place
    /// is not in the file or not certain, when places overlap, or when something
    /// else stands there than the tool says.
    #[must_use]
    pub fn resolve(&self, fix: &Fix) -> Option<Vec<Replacement>> {
        let mut found: Vec<Replacement> =
            fix.edits.iter().map(|edit| self.one(edit, fix.columns)).collect::<Option<_>>()?;
        found.sort_by_key(|one| (one.start, one.end));
        // Two that are put in at one place have no order.
        let apart = |pair: &[Replacement]| {
            pair[0].end <= pair[1].start
                && (pair[0].start, pair[0].end) != (pair[1].start, pair[1].end)
        };
        (!found.is_empty() && found.windows(2).all(apart)).then_some(found)
    }

    fn one(&self, edit: &Edit, columns: Columns) -> Option<Replacement> {
        let mut text = edit.text.clone();
        let (start, end) = match edit.place {
            Place::Text { line, column, end_line, end_column } => {
                let end = match end_column {
                    Some(column) => self.byte(end_line, column, columns)?,
                    None => self.line(end_line)?.1,
                };
                (self.byte(line, column, columns)?, end)
            }
            Place::Lines { first, last } => {
                let (start, end) = (self.line(first)?.0, self.line(last)?.1);
                let rest = &self.text[end..];
                let after = end + usize::from(rest.starts_with('\r'));
                let after = after + usize::from(self.text[after..].starts_with('\n'));
                // Lines that go take their ends with them.
                if text.is_empty() { (start, after) } else { (start, end) }
            }
            Place::Bytes { start, length } => {
                let start = usize::try_from(start).ok()?;
                (start, start.checked_add(usize::try_from(length).ok()?)?)
            }
        };
        let now = self.text.get(start..end)?;
        let same = |old: &String| old.lines().eq(now.lines());
        if !edit.old.as_ref().is_none_or(same) || text.contains('\0') {
            return None;
        }
        if self.windows && text.contains('\n') {
            text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        }
        Some(Replacement { start, end, text })
    }

    /// The bytes of a line without its end.
    fn line(&self, line: u32) -> Option<(usize, usize)> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let start = *self.starts.get(index)?;
        let text = match self.starts.get(index + 1) {
            Some(next) => self.text[start..*next].trim_end_matches(['\r', '\n']),
            None => &self.text[start..],
        };
        Some((start, start + text.len()))
    }

    fn byte(&self, line: u32, column: u32, columns: Columns) -> Option<usize> {
        let (start, end) = self.line(line)?;
        let text = &self.text[start..end];
        // Some count the mark, some do not.
        if text.starts_with(MARK) {
            return None;
        }
        let before = usize::try_from(column).ok()?.checked_sub(1)?;
        let characters = reach(text, before, |_| 1);
        let units = || reach(text, before, char::len_utf16);
        let bytes = || reach(text, before, char::len_utf8);
        let found = match columns {
            Columns::Characters => characters,
            Columns::Utf16 => units(),
            Columns::Unsaid => characters.filter(|at| units() == Some(*at)),
            Columns::Disputed => {
                characters.filter(|at| units() == Some(*at) && bytes() == Some(*at))
            }
        };
        Some(start + found?)
    }
}

/// The byte that so many units come before.
fn reach(text: &str, units: usize, of: impl Fn(char) -> usize) -> Option<usize> {
    let mut left = units;
    for (at, c) in text.char_indices() {
        if left == 0 {
            return Some(at);
        }
        left = left.checked_sub(of(c))?;
    }
    (left == 0).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: u32, column: u32, end_line: u32, end_column: Option<u32>) -> Place {
        Place::Text { line, column, end_line, end_column }
    }

    fn resolved(source: &str, columns: Columns, edits: &[(Place, &str)]) -> Option<String> {
        let edit = |(place, text): &(Place, &str)| Edit {
            place: *place,
            text: (*text).to_owned(),
            old: None,
        };
        let fix = Fix::new(columns, edits.iter().map(edit).collect()).unwrap();
        let mut out = source.to_owned();
        for one in Places::new(source.into())?.resolve(&fix)?.iter().rev() {
            out.replace_range(one.start..one.end, &one.text);
        }
        Some(out)
    }

    #[test]
    fn places_are_found_however_they_are_named() {
        let source = "one two\nthree\nfour";
        for (place, new, expected) in [
            (text(1, 5, 1, Some(8)), "2", "one 2\nthree\nfour"),
            (text(2, 1, 2, None), "3", "one two\n3\nfour"),
            (text(2, 1, 3, Some(1)), "", "one two\nfour"),
            (text(3, 5, 3, Some(5)), "teen", "one two\nthree\nfourteen"),
            (Place::Lines { first: 2, last: 3 }, "5", "one two\n5"),
            (Place::Lines { first: 1, last: 2 }, "", "four"),
            (Place::Bytes { start: 4, length: 3 }, "2", "one 2\nthree\nfour"),
        ] {
            let found = resolved(source, Columns::Unsaid, &[(place, new)]);
            assert_eq!(found.as_deref(), Some(expected), "{place:?}");
        }
    }

    #[test]
    fn what_is_not_there_or_not_certain_is_no_fix() {
        let source = "one two\nthree\n";
        for place in [
            text(1, 9, 1, Some(9)),
            text(0, 1, 1, Some(1)),
            text(1, 0, 1, Some(1)),
            text(9, 1, 9, None),
            text(2, 1, 1, Some(1)),
            Place::Bytes { start: 0, length: 99 },
            Place::Bytes { start: u64::MAX, length: u64::MAX },
            Place::Lines { first: 2, last: 1 },
        ] {
            assert_eq!(resolved(source, Columns::Unsaid, &[(place, "x")]), None, "{place:?}");
        }
        let word = text(1, 1, 1, Some(4));
        assert!(
            resolved(source, Columns::Unsaid, &[(word, "1"), (text(1, 3, 1, Some(6)), "")])
                .is_none()
        );
        assert!(resolved(source, Columns::Unsaid, &[(word, "1"), (word, "2")]).is_none());
        assert!(resolved("a\rb\n", Columns::Characters, &[(text(1, 1, 1, Some(2)), "")]).is_none());
        assert!(
            resolved("\u{feff}a\n", Columns::Characters, &[(text(1, 1, 1, Some(2)), "")]).is_none()
        );
        assert!(Places::new(vec![0xff, 0xfe]).is_none());
        let old = Some("two".to_owned());
        let fix = |place| {
            Fix::new(Columns::Unsaid, vec![Edit { place, text: String::new(), old: old.clone() }])
        };
        let places = Places::new(source.into()).unwrap();
        assert!(places.resolve(&fix(text(1, 5, 1, Some(8))).unwrap()).is_some());
        assert!(places.resolve(&fix(word).unwrap()).is_none());
    }

    #[test]
    fn columns_count_where_all_readings_agree() {
        let place = text(1, 5, 1, Some(6));
        // Behind a letter of two bytes, and behind one of two units.
        for (source, columns, expected) in [
            ("é = a\n", Columns::Characters, Some("é = b\n")),
            ("é = a\n", Columns::Unsaid, Some("é = b\n")),
            ("é = a\n", Columns::Disputed, None),
            ("𐐀 = a\n", Columns::Characters, Some("𐐀 = b\n")),
            ("𐐀 = a\n", Columns::Unsaid, None),
            ("𐐀 =a\n", Columns::Utf16, Some("𐐀 =b\n")),
        ] {
            assert_eq!(resolved(source, columns, &[(place, "b")]).as_deref(), expected, "{source}");
        }
        assert_eq!(Places::new("é\nab".into()).unwrap().at(4), (2, 2));
    }

    #[test]
    fn line_ends_stay_those_of_the_file() {
        let found = resolved("a\r\nb\r\n", Columns::Unsaid, &[(text(1, 1, 1, None), "x\ny")]);
        assert_eq!(found.as_deref(), Some("x\r\ny\r\nb\r\n"));
        let gone =
            resolved("a\r\nb\r\n", Columns::Unsaid, &[(Place::Lines { first: 1, last: 1 }, "")]);
        assert_eq!(gone.as_deref(), Some("b\r\n"));
    }
}
