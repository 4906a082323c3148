//! Comments that suppress findings, in the dialects people already have in
//! their code.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use crate::report::{Function, Suppression};
use crate::rules::RuleInfo;
use crate::text::Text;

/// Markers in the order of their dialects below.
const MARKERS: [&str; 10] = [
    OWN,
    "NOSONAR",
    "noqa",
    "nosec",
    "NOCA:",
    "nolint",
    "eslint-disable",
    "eslint-enable",
    "ast-grep-ignore",
    "lizard forgives",
];
/// Our own.
pub(crate) const OWN: &str = "analysis-ignore";

/// Suppressions in one blob. Each finding is held against each of them, so a
/// file of nothing but markers must not cost their product.
const MOST: usize = 2_000;

/// Finds the suppressions among the comments (byte ranges, in order).
pub(crate) fn find(
    text: &Text,
    comments: &[Range<usize>],
    functions: &[Function],
) -> Vec<Suppression> {
    static FINDER: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let Some(finder) = FINDER.get_or_init(|| AhoCorasick::new(MARKERS).ok()) else {
        return Vec::new();
    };
    let bytes = text.bytes();
    let mut found = Vec::new();
    for (index, range) in comments.iter().enumerate() {
        let comment = &bytes[range.clone()];
        let hits = markers(finder, comment);
        for (nth, hit) in hits.iter().enumerate() {
            if found.len() == MOST {
                return found;
            }
            let end = hits.get(nth + 1).map_or(comment.len(), aho_corasick::Match::start);
            let Ok(tail) = std::str::from_utf8(&comment[hit.end()..end]) else {
                continue;
            };
            let tail = tail.trim_end().trim_end_matches("*/").trim_end_matches("-->");
            let tail = if nth + 1 < hits.len() { tail.trim_end_matches(['#', '/']) } else { tail };
            let marker = MARKERS[hit.pattern().as_usize()];
            let Some(said) = read(marker, tail) else {
                continue;
            };
            let line = line_from_one(text, range.start);
            let Some((start_line, end_line)) =
                reach(&said, text, comments, index, functions, &mut found)
            else {
                continue;
            };
            let place = range.start + hit.start();
            let written = comment[hit.start()..end].trim_ascii_end();
            let written = if nth + 1 < hits.len() {
                written.strip_suffix(b"#").or(written.strip_suffix(b"//")).unwrap_or(written)
            } else {
                written
            };
            found.push(Suppression {
                span: text.span(place..place + written.trim_ascii_end().len()),
                context: text.context(line as usize - 1, comment),
                marker: marker.trim_end_matches(':').to_owned(),
                start_line,
                end_line,
                rules: said.rules,
                reason: said.reason,
                only_metrics: matches!(said.reach, Reach::Function),
            });
        }
    }
    found
}

/// The markers of a comment: not within longer words, and behind another one only
/// what begins a comment of its own, as in `# noqa # nosec`.
fn markers(finder: &AhoCorasick, comment: &[u8]) -> Vec<aho_corasick::Match> {
    let mut found: Vec<aho_corasick::Match> = Vec::new();
    for hit in finder.find_iter(comment) {
        let before = &comment[..hit.start()];
        let within = before.last().is_some_and(u8::is_ascii_alphanumeric);
        let before = before.trim_ascii_end();
        if !within && (found.is_empty() || before.ends_with(b"#") || before.ends_with(b"//")) {
            found.push(hit);
        }
    }
    found
}

/// The first and the last line that a comment covers; `None` where it says no
/// more than that another one ends.
fn reach(
    said: &Said,
    text: &Text,
    comments: &[Range<usize>],
    index: usize,
    functions: &[Function],
    before: &mut [Suppression],
) -> Option<(u32, u32)> {
    let range = &comments[index];
    let line = line_from_one(text, range.start);
    Some(match said.reach {
        Reach::File => (1, u32::MAX),
        Reach::Rest => (line, u32::MAX),
        Reach::Next => {
            let next = next_code_line(text, comments, index);
            (next, next)
        }
        Reach::Here if alone(text, range) => (line, next_code_line(text, comments, index)),
        Reach::Here => (line, line),
        Reach::Grep => {
            let blank = |line: usize| text.line(line).trim_ascii().is_empty();
            if line == 1 && text.line_count() > 1 && blank(1) {
                (1, u32::MAX)
            } else if alone(text, range) {
                (line, next_code_line(text, comments, index))
            } else {
                (line, line)
            }
        }
        Reach::Function => {
            let around = functions.iter().filter(|f| f.start_line <= line && line <= f.end_line);
            let function = around.max_by_key(|f| f.start_line)?;
            (function.start_line, function.end_line)
        }
        Reach::End(marker) => {
            let open = before.iter_mut().rev().filter(|one| one.end_line == u32::MAX);
            let mut open =
                open.filter(|one| one.marker == marker && one.start_line == one.span.start_line);
            let ended = open.find(|one| said.rules.is_empty() || one.rules == said.rules)?;
            ended.end_line = line;
            return None;
        }
    })
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
    /// As ast-grep has it: [`Reach::Here`], or the file where nothing but a blank
    /// line follows at its top.
    Grep,
    /// The function around, and nothing but its measures.
    Function,
    /// The end of what another comment of this marker began.
    End(&'static str),
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
            let (reach, tail) = if let Some(tail) = tail.strip_prefix("-file") {
                (Reach::File, tail)
            } else if let Some(tail) = tail.strip_prefix("-start") {
                (Reach::Rest, tail)
            } else if let Some(tail) = tail.strip_prefix("-end") {
                (Reach::End(OWN), tail)
            } else {
                (Reach::Here, tail)
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
        "eslint-enable" => {
            let (list, _) = tail.split_once("--").unwrap_or((tail, ""));
            said(Reach::End("eslint-disable"), names(list), "")
        }
        "ast-grep-ignore" => {
            let rules = tail.trim_start().strip_prefix(':').map(names).unwrap_or_default();
            said(Reach::Grep, rules, "")
        }
        "lizard forgives" => said(Reach::Function, Vec::new(), ""),
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

/// The suppression, if any, that covers a finding of a rule on the lines from
/// `start` to `end`.
pub(crate) fn covering<'s>(
    suppressions: &'s [Suppression],
    rule: &RuleInfo,
    start: u32,
    end: u32,
) -> Option<&'s Suppression> {
    let names = rule.names();
    suppressions.iter().find(|one| covers(one, rule, &names, start, end))
}

/// Whether a suppression covers a finding of a rule, whose names are given, on
/// these lines.
pub(crate) fn covers(
    one: &Suppression,
    rule: &RuleInfo,
    names: &[&str],
    start: u32,
    end: u32,
) -> bool {
    let on = |line| one.start_line <= line && line <= one.end_line;
    (on(start) || on(end))
        && (rule.metric.is_some() || !one.only_metrics)
        && (one.rules.is_empty() || one.rules.iter().any(|written| is_named(written, names)))
}

/// Whether a word of a comment is one of a rule's names.
pub(crate) fn is_named(written: &str, names: &[&str]) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(written))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(source: &str) -> Vec<Suppression> {
        let text = Text::new(source.into());
        let mut comments: Vec<Range<usize>> = Vec::new();
        for (i, _) in source.match_indices('#') {
            if comments.last().is_none_or(|last| last.end <= i) {
                comments.push(i..source[i..].find('\n').map_or(source.len(), |n| i + n));
            }
        }
        find(&text, &comments, &[])
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
        insta::assert_snapshot!(show("# ast-grep-ignore: a, b\nx\n"), @r#"1-2 ["a", "b"] """#);
        insta::assert_snapshot!(show("# ast-grep-ignore\n\nx\n"), @r#"1-4294967295 [] """#);
        insta::assert_snapshot!(show("x # ast-grep-ignore\n"), @r#"1-1 [] """#);
        insta::assert_snapshot!(
            show("# analysis-ignore-start[a]: old\nx\n# analysis-ignore-end\ny\n"),
            @r#"1-3 ["a"] "old""#
        );
        insta::assert_snapshot!(
            show("# eslint-disable a\nx\n# eslint-enable a\ny\n"),
            @r#"1-3 ["a"] """#
        );
        insta::assert_snapshot!(show("x # noqa: S307 # nosec\n"), @r#"
        1-1 ["S307"] ""
        1-1 [] ""
        "#);
        insta::assert_snapshot!(show("x # analysis-ignore[a]: as noqa says\n"), @r#"1-1 ["a"] "as noqa says""#);
        insta::assert_snapshot!(show("# lizard forgives\n"), @"");
    }

    #[test]
    fn places_are_those_of_the_markers() {
        let found = of("x # noqa: S307 # nosec\n");
        let columns: Vec<(u32, u32)> =
            found.iter().map(|one| (one.span.start_column, one.span.end_column)).collect();
        assert_eq!(columns, [(5, 15), (18, 23)]);
    }
}
