//! Comments that suppress findings, in the dialects people already have in
//! their code.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use crate::report::Suppression;
use crate::text::Text;

/// Markers in the order of their dialects below.
const MARKERS: [&str; 7] =
    ["analysis-ignore", "NOSONAR", "noqa", "nosec", "NOCA:", "nolint", "eslint-disable"];

/// Suppressions in one blob. Each finding is held against each of them, so a
/// file of nothing but markers must not cost their product.
const MOST: usize = 2_000;

/// Finds the suppressions among the comments (byte ranges, in order).
pub(crate) fn find(text: &Text, comments: &[Range<usize>]) -> Vec<Suppression> {
    static FINDER: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let Some(finder) = FINDER.get_or_init(|| AhoCorasick::new(MARKERS).ok()) else {
        return Vec::new();
    };
    let bytes = text.bytes();
    let mut found = Vec::new();
    for (index, range) in comments.iter().enumerate() {
        if found.len() == MOST {
            break;
        }
        let comment = &bytes[range.clone()];
        let Some(hit) = finder.find(comment) else {
            continue;
        };
        // Part of a longer word is no marker.
        if hit.start() > 0 && comment[hit.start() - 1].is_ascii_alphanumeric() {
            continue;
        }
        let Ok(tail) = std::str::from_utf8(&comment[hit.end()..]) else {
            continue;
        };
        let tail = tail.trim_end().trim_end_matches("*/").trim_end_matches("-->");
        let marker = MARKERS[hit.pattern().as_usize()];
        let Some(said) = read(marker, tail) else {
            continue;
        };
        let (start_line, end_line) = match said.reach {
            Reach::File => (1, u32::MAX),
            Reach::Rest => (line_from_one(text, range.start), u32::MAX),
            Reach::Next => {
                let next = next_code_line(text, comments, index);
                (next, next)
            }
            Reach::Here => {
                let line = line_from_one(text, range.start);
                if alone(text, range) {
                    (line, next_code_line(text, comments, index))
                } else {
                    (line, line)
                }
            }
        };
        found.push(Suppression { start_line, end_line, rules: said.rules, reason: said.reason });
    }
    found
}

enum Reach {
    /// The comment's line, or the next line of code if it stands alone.
    Here,
    /// The next line of code.
    Next,
    /// From here to the end.
    Rest,
    /// All of the file.
    File,
}

struct Said {
    reach: Reach,
    rules: Vec<String>,
    reason: String,
}

fn read(marker: &str, tail: &str) -> Option<Said> {
    let said =
        |reach, rules, reason: &str| Some(Said { reach, rules, reason: reason.trim().to_owned() });
    match marker {
        "analysis-ignore" => {
            let (reach, tail) = match tail.strip_prefix("-file") {
                Some(tail) => (Reach::File, tail),
                None => (Reach::Here, tail),
            };
            let (rules, tail) = match tail.strip_prefix('[').and_then(|t| t.split_once(']')) {
                Some((rules, tail)) => (names(rules), tail),
                None => (Vec::new(), tail),
            };
            said(reach, rules, tail.trim_start_matches(':'))
        }
        "NOSONAR" => said(Reach::Here, Vec::new(), tail),
        "noqa" | "nosec" => match tail.trim_start().strip_prefix(':') {
            Some(list) => {
                let (list, reason) = list.split_once(" #").unwrap_or((list, ""));
                said(Reach::Here, names(list), reason)
            }
            None => said(Reach::Here, Vec::new(), ""),
        },
        "NOCA:" => {
            let mut rules = Vec::new();
            let mut reasons = Vec::new();
            let mut rest = tail.trim();
            while let Some(end) = rest.find(['(', ',']) {
                rules.extend(names(&rest[..end]));
                if rest.as_bytes()[end] == b'(' {
                    let (reason, after) =
                        rest[end + 1..].split_once(')').unwrap_or((&rest[end + 1..], ""));
                    reasons.push(reason.trim());
                    rest = after.trim_start_matches([',', ' ']);
                } else {
                    rest = &rest[end + 1..];
                }
            }
            rules.extend(names(rest));
            said(Reach::Here, rules, &reasons.join("; "))
        }
        "nolint" => {
            let (list, reason) = tail.split_once("//").unwrap_or((tail, ""));
            let rules = list.strip_prefix(':').map(names).unwrap_or_default();
            said(Reach::Here, rules, reason)
        }
        "eslint-disable" => {
            let (reach, tail) = if let Some(tail) = tail.strip_prefix("-next-line") {
                (Reach::Next, tail)
            } else if let Some(tail) = tail.strip_prefix("-line") {
                (Reach::Here, tail)
            } else {
                (Reach::Rest, tail)
            };
            let (list, reason) = tail.split_once("--").unwrap_or((tail, ""));
            said(reach, names(list), reason)
        }
        _ => None,
    }
}

fn names(list: &str) -> Vec<String> {
    list.split([',', ' ']).map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned).collect()
}

fn line_from_one(text: &Text, offset: usize) -> u32 {
    text.line_of(offset) as u32 + 1
}

/// True when nothing but white space stands before the comment on its line.
fn alone(text: &Text, comment: &Range<usize>) -> bool {
    let line = text.line_range(text.line_of(comment.start));
    text.bytes()[line.start..comment.start].trim_ascii().is_empty()
}

/// The first line (from 1) after the comment that is neither blank nor begins
/// with another comment.
fn next_code_line(text: &Text, comments: &[Range<usize>], index: usize) -> u32 {
    let last = comments[index].end.saturating_sub(1);
    let mut following = comments[index + 1..].iter().peekable();
    let mut line = text.line_of(last) + 1;
    while line < text.line_count() {
        let range = text.line_range(line);
        let content = text.bytes()[range.clone()].trim_ascii_start();
        let start = range.end - content.len();
        while following.peek().is_some_and(|c| c.end <= start) {
            following.next();
        }
        let comment = following.peek().is_some_and(|c| c.start <= start);
        if !content.is_empty() && !comment {
            break;
        }
        line += 1;
    }
    line as u32 + 1
}

/// The suppression, if any, that covers a finding of one of the given rule
/// names on the lines from `start` to `end`.
pub(crate) fn covering<'s>(
    suppressions: &'s [Suppression],
    rule_names: &[&str],
    start: u32,
    end: u32,
) -> Option<&'s Suppression> {
    suppressions.iter().find(|s| {
        let covers = |line| s.start_line <= line && line <= s.end_line;
        (covers(start) || covers(end))
            && (s.rules.is_empty()
                || s.rules.iter().any(|r| rule_names.iter().any(|n| n.eq_ignore_ascii_case(r))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(source: &str) -> Vec<Suppression> {
        let text = Text::new(source.into());
        let comments: Vec<_> = source
            .match_indices('#')
            .map(|(i, _)| i..source[i..].find('\n').map_or(source.len(), |n| i + n))
            .collect();
        find(&text, &comments)
    }

    #[test]
    fn dialects() {
        let show = |source: &str| {
            of(source)
                .iter()
                .map(|s| format!("{}-{} {:?} {:?}", s.start_line, s.end_line, s.rules, s.reason))
                .collect::<Vec<_>>()
                .join("\n")
        };
        insta::assert_snapshot!(show("x # analysis-ignore[a, b]: known\n"), @r#"1-1 ["a", "b"] "known""#);
        insta::assert_snapshot!(show("# analysis-ignore\n\n# more\nx\n"), @r#"1-4 [] """#);
        insta::assert_snapshot!(show("x\n# analysis-ignore-file[a]\n"), @r#"1-4294967295 ["a"] """#);
        insta::assert_snapshot!(show("x # NOSONAR\n"), @r#"1-1 [] """#);
        insta::assert_snapshot!(show("x # noqa: E501, S307\n"), @r#"1-1 ["E501", "S307"] """#);
        insta::assert_snapshot!(show("x # NOCA:a(is safe),b(too)\n"), @r#"1-1 ["a", "b"] "is safe; too""#);
        insta::assert_snapshot!(show("x # nolint:errcheck,b // why\n"), @r#"1-1 ["errcheck", "b"] "why""#);
        insta::assert_snapshot!(show("# eslint-disable-next-line no-eval -- why\nx\n"), @r#"2-2 ["no-eval"] "why""#);
        insta::assert_snapshot!(show("# canolinteum\n"), @"");
    }
}
