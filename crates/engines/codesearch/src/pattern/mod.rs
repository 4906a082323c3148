//! What is looked for, and finding it in the lines of a text.
//!
//! A line is what stands between line feeds; a carriage return at its end is no
//! part of it. A pattern is matched on each line by itself.

mod condition;
mod relax;

use std::ops::{ControlFlow, Range};
use std::time::Instant;

use memchr::{memchr, memchr_iter, memrchr};
use regex_automata::Input;
use regex_automata::meta::Regex;
use regex_syntax::hir::{Hir, Look};

pub(crate) use condition::Condition;

use crate::{Error, Result};

/// A pattern of more bytes is refused.
pub const LONGEST_PATTERN: usize = 1_000;

/// Limits of a compiled pattern, in bytes: what is larger could take too long on
/// one piece of text for the time limit of a search to be kept.
const SIZE_LIMIT: usize = 1 << 20;
const CACHE_LIMIT: usize = 8 << 20;

/// So much text is searched between two looks at the clock.
const PIECE: usize = 64 << 10;

/// How what is looked for is to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading {
    /// It is a regular expression, not the text itself.
    pub regex: bool,
    /// Upper and lower case differ.
    pub case_sensitive: bool,
    /// It has no letter, digit or `_` beside it.
    pub word: bool,
}

/// A pattern made ready.
#[derive(Debug, Clone)]
pub struct Pattern {
    on_line: Regex,
    /// Finds lines in a text, some of them in vain; nothing where no line can match.
    in_text: Option<Regex>,
    condition: Condition,
}

/// A line of a text that matches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'t> {
    /// From 1.
    pub(crate) number: u32,
    /// Without its end.
    pub(crate) text: &'t [u8],
}

/// A search was given up because its time was over.
#[derive(Debug)]
pub(crate) struct TimeIsUp;

impl Pattern {
    /// Makes `text` ready.
    ///
    /// # Errors
    /// [`Error::Pattern`] when it is empty, longer than [`LONGEST_PATTERN`],
    /// spans lines, or is no regular expression that can be run in bounded time.
    pub fn new(text: &str, reading: Reading) -> Result<Self> {
        let refuse = |why: String| Err(Error::Pattern(why));
        if text.is_empty() {
            return refuse("there is nothing to look for".to_owned());
        }
        if text.len() > LONGEST_PATTERN {
            return refuse(format!("it has more than {LONGEST_PATTERN} bytes"));
        }
        if text.contains(['\n', '\0']) {
            return refuse("it is looked for line by line and cannot span lines".to_owned());
        }
        let source = if reading.regex { text.to_owned() } else { regex_syntax::escape(text) };
        let parsed = regex_syntax::ParserBuilder::new()
            .utf8(false)
            .case_insensitive(!reading.case_sensitive)
            .nest_limit(50)
            .build()
            .parse(&source);
        let mut pattern = match parsed {
            Ok(pattern) => pattern,
            Err(error) => return refuse(in_one_line(&error.to_string())),
        };
        if reading.word {
            let edges = [Look::WordStartHalfUnicode, Look::WordEndHalfUnicode];
            let [start, end] = edges.map(Hir::look);
            pattern = Hir::concat(vec![start, pattern, end]);
        }
        let in_text = relax::relax(&pattern);
        let never = in_text.properties().minimum_len().is_none();
        Ok(Self {
            condition: if never { Condition::None } else { Condition::of(&pattern) },
            in_text: if never { None } else { Some(compile(&in_text)?) },
            on_line: compile(&pattern)?,
        })
    }

    pub(crate) fn condition(&self) -> &Condition {
        &self.condition
    }

    /// Whether a line (or a path) matches.
    #[must_use]
    pub fn is_match(&self, line: &[u8]) -> bool {
        self.on_line.is_match(line)
    }

    /// The parts of a line that match, without empty ones.
    pub fn ranges<'t>(&'t self, line: &'t [u8]) -> impl Iterator<Item = Range<usize>> + 't {
        self.on_line.find_iter(line).map(|found| found.range()).filter(|range| !range.is_empty())
    }

    /// Calls `each` with every line of `text` that matches, until it breaks.
    pub(crate) fn lines<'t>(
        &self,
        text: &'t [u8],
        deadline: Instant,
        mut each: impl FnMut(Line<'t>) -> ControlFlow<()>,
    ) -> Result<(), TimeIsUp> {
        let Some(finder) = &self.in_text else { return Ok(()) };
        // `counted` is where a line starts whose number is `number`.
        let (mut at, mut counted, mut number) = (0, 0, 1u32);
        let mut piece_end = 0;
        while at < text.len() {
            if at >= piece_end {
                if Instant::now() >= deadline {
                    return Err(TimeIsUp);
                }
                let wanted = at.saturating_add(PIECE).min(text.len());
                piece_end = memchr(b'\n', &text[wanted..]).map_or(text.len(), |n| wanted + n + 1);
            }
            let Some(found) = finder.find(Input::new(&text[..piece_end]).range(at..)) else {
                at = piece_end;
                continue;
            };
            let place = found.start();
            if place == piece_end && text[..piece_end].ends_with(b"\n") {
                at = piece_end;
                continue;
            }
            let start = memrchr(b'\n', &text[..place]).map_or(0, |n| n + 1);
            let end = memchr(b'\n', &text[place..]).map_or(text.len(), |n| place + n);
            let passed = memchr_iter(b'\n', &text[counted..start]).count();
            number = number.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
            counted = start;
            let line = without_return(&text[start..end]);
            if self.on_line.is_match(line) && each(Line { number, text: line }).is_break() {
                return Ok(());
            }
            at = end + 1;
        }
        Ok(())
    }
}

/// A line without the carriage return at its end.
pub(crate) fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn compile(pattern: &Hir) -> Result<Regex> {
    let limits = Regex::config()
        .utf8_empty(false)
        .nfa_size_limit(Some(SIZE_LIMIT))
        .hybrid_cache_capacity(CACHE_LIMIT);
    // Not by way of text: printing an expression that repeats a repetition
    // changes what it means.
    Regex::builder().configure(limits).build_from_hir(pattern).map_err(|error| {
        Error::Pattern(match error.size_limit() {
            Some(_) => "it would take too long: repeat less".to_owned(),
            None => in_one_line(&error.to_string()),
        })
    })
}

/// The last line of a message of several, which is the one that says why.
fn in_one_line(message: &str) -> String {
    let line = message.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let line = line.trim();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn found(pattern: &str, reading: Reading, text: &[u8]) -> Vec<u32> {
        let pattern = Pattern::new(pattern, reading).unwrap();
        let mut lines = Vec::new();
        let deadline = Instant::now() + Duration::from_secs(10);
        pattern
            .lines(text, deadline, |line| {
                lines.push(line.number);
                ControlFlow::Continue(())
            })
            .unwrap();
        lines
    }

    const REGEX: Reading = Reading { regex: true, case_sensitive: true, word: false };

    #[test]
    fn lines_end_where_they_should() {
        let text = b"ab\r\nb\n\nab\rx\r\n\r\nab";
        assert_eq!(found("b$", REGEX, text), [1, 2, 6]);
        assert_eq!(found("^$", REGEX, text), [3, 5]);
        assert_eq!(found("\\s", REGEX, text), [4]);
        assert_eq!(found(".*", REGEX, b"a\n\n"), [1, 2]);
        assert_eq!(found(".*", REGEX, b""), [0u32; 0]);
        assert_eq!(found("\\Ab\\z", REGEX, text), [2]);
        assert_eq!(found("[^x]+\\z", REGEX, text), [1, 2, 6]);
    }

    #[test]
    fn bytes_that_are_no_text_can_be_asked_for() {
        assert_eq!(found("(?:b|(?s:.)好)(?-u:\\xff)", REGEX, b"b\xff\nc\xff\nb\n"), [1]);
        let reading = Reading { case_sensitive: false, ..REGEX };
        assert_eq!(
            found("(?:b|main|(?s:.)好好)(?:o+)?(?-u:\\xff)", reading, b"b\xff\nc\xff\nb\n"),
            [1]
        );
        assert_eq!(found("(?-u:\\xff)", Reading { case_sensitive: false, ..REGEX }, b"\xff"), [1]);
    }

    #[test]
    fn words_and_case() {
        let word = Reading { word: true, ..Reading::default() };
        assert_eq!(found("foo", word, b"foobar\na FOO-b\nfoo_\n"), [2]);
        assert_eq!(found("-foo", word, b"a-foo\n-foo\nx -foox\n"), [2]);
        assert_eq!(found("你好", Reading::default(), "x\n说你好\n".as_bytes()), [2]);
        assert_eq!(found("k", Reading::default(), "\u{212a}\nK\n".as_bytes()), [1, 2]);
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_a_reason() {
        let why = |text: &str| Pattern::new(text, REGEX).unwrap_err().to_string();
        assert!(why("").contains("nothing"));
        assert!(why(&"x".repeat(10 << 20)).contains("1000 bytes"));
        assert!(why("a(b").contains("unclosed group"), "{}", why("a(b"));
        assert!(why("\\w{1000}").contains("too long"));
        assert!(why("((a{1000}){1000}){1000}").contains("too long"));
        assert!(why("a\nb").contains("span lines"));
        assert!(found("a\\nb", REGEX, b"a\nb\n").is_empty());
    }

    #[test]
    fn time_runs_out_within_a_large_file() {
        let text = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\n".repeat(40_000);
        let pattern = Pattern::new("(a|aa)+$", REGEX).unwrap();
        let over = pattern.lines(text.as_bytes(), Instant::now(), |_| ControlFlow::Continue(()));
        assert!(over.is_err());
    }
}
