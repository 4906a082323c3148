//! Cyclomatic complexity as lizard 1.24 counts it: one plus the function's
//! decision tokens. lizard reads tokens, not a tree, and the special cases here
//! reproduce where that shows.

use tree_sitter::Node;

use super::functions::Open;
use super::walk::Frame;
use crate::language::{Decision, KindInfo, KindTable, flag};

#[derive(Default)]
pub(super) struct Cyclomatic {
    /// Tokens before this offset are part of one that was already judged.
    skip_until: usize,
    /// Up to here `&&` no longer opens an rvalue reference.
    rvalue_until: usize,
    /// End of the last single `|` or `&`.
    pair: usize,
}

impl Cyclomatic {
    pub(super) fn enter(
        &mut self,
        frame: &Frame<'_>,
        bytes: &[u8],
        table: &KindTable,
        open: &mut [Open],
    ) {
        if frame.info.has(flag::PREPROCESSOR_IF) {
            // The keyword counts, the operators of its condition do not.
            if let Some(condition) = frame.node.child_by_field_id(table.fields.condition) {
                self.skip_until = self.skip_until.max(condition.end_byte());
                let start = frame.node.start_byte();
                if bytes[start..].starts_with(b"#") {
                    add(open, start, 1);
                }
            }
        }
        if frame.info.decision == Decision::Arms {
            let mut cursor = frame.node.walk();
            let arms = frame.node.named_children(&mut cursor);
            let arms = arms
                .filter(|n| matches!(n.kind(), "match_arm" | "when_entry" | "match_case"))
                .count();
            add(open, frame.node.start_byte(), arms.saturating_sub(1) as u32);
        }
    }

    /// Whether a token is part of one that was already judged, such as the
    /// condition of an `#if`.
    pub(super) fn skips(&self, node: Node<'_>) -> bool {
        node.start_byte() < self.skip_until
    }

    pub(super) fn leaf(
        &mut self,
        node: Node<'_>,
        info: KindInfo,
        stack: &[Frame<'_>],
        bytes: &[u8],
        open: &mut [Open],
    ) {
        let start = node.start_byte();
        if start < self.skip_until {
            return;
        }
        let counts = match info.decision {
            Decision::None | Decision::Arms => false,
            Decision::One => true,
            Decision::Angle => {
                if let Some(end) = flat_wildcard(bytes, start) {
                    self.skip_until = end;
                }
                false
            }
            Decision::Directive => {
                let line = bytes[start..].iter().position(|b| *b == b'\n');
                self.skip_until = line.map_or(bytes.len(), |length| start + length);
                true
            }
            Decision::Question => {
                let glued = start > 0 && is_word(bytes[start - 1]);
                let next = bytes.get(start + 1);
                !glued || next == Some(&b'?') || next == Some(&b'.')
            }
            Decision::RvalueAnd => self.is_and(bytes, start, node.end_byte()),
            Decision::Default => stack.last().is_some_and(|f| {
                matches!(
                    f.node.kind(),
                    "assignment_pattern"
                        | "object_assignment_pattern"
                        | "required_parameter"
                        | "optional_parameter"
                )
            }),
            Decision::Word => {
                matches!(&bytes[node.byte_range()], b"if" | b"for" | b"while" | b"catch" | b"case")
            }
            Decision::Elvis => start == 0 || !is_word(bytes[start - 1]),
            Decision::Operator => matches!(&bytes[node.byte_range()], b"&&" | b"||"),
            Decision::Choice => bytes.get(start + 1) != Some(&b':'),
            Decision::PhpWord => matches!(
                &bytes[node.byte_range()],
                b"if" | b"for" | b"foreach" | b"while" | b"catch" | b"case" | b"match" | b"elseif"
            ),
            Decision::FortranWord => {
                let word = &bytes[node.byte_range()];
                let one_case = word.iter().all(|b| !b.is_ascii_lowercase())
                    || word.iter().all(|b| !b.is_ascii_uppercase());
                one_case
                    && stack.last().is_none_or(|f| {
                        let kind = f.node.kind();
                        kind != "elseif_clause" && !kind.starts_with("end_")
                    })
            }
            Decision::Else => stack.last().is_some_and(|f| f.info.has(flag::ELSE_PARENT)),
            Decision::Pair => {
                let doubled = self.pair == start && start > 0 && bytes[start - 1] == bytes[start];
                self.pair = if doubled { 0 } else { node.end_byte() };
                doubled
            }
        };
        if counts {
            add(open, start, 1);
        }
    }

    /// `T&& x = …` is no decision; `&&` up to `=` looks like one to lizard.
    fn is_and(&mut self, bytes: &[u8], start: usize, end: usize) -> bool {
        if start < self.rvalue_until {
            return true;
        }
        let (until, assigns) = first_stop(bytes, end);
        self.rvalue_until = until;
        !assigns
    }
}

/// Adds to the innermost function whose counted part has begun.
fn add(open: &mut [Open], at: usize, n: u32) {
    if let Some(open) = open.iter_mut().rev().find(|o| o.count_from <= at && at < o.count_to) {
        open.function.cyclomatic += n;
    }
}

/// The end of a token like `<? extends T>` that starts at `start`: generic
/// arguments with a `?` and nothing but words, blanks, dots and commas.
fn flat_wildcard(bytes: &[u8], start: usize) -> Option<usize> {
    let mut question = false;
    for (i, b) in bytes[start + 1..].iter().enumerate() {
        match b {
            b'>' => return question.then_some(start + i + 2),
            b'?' => question = true,
            b',' | b'.' => {}
            b if is_word(*b) || b.is_ascii_whitespace() => {}
            _ => return None,
        }
    }
    None
}

/// Where the next of `= ; { } )` stands, and whether it is a plain `=`.
fn first_stop(bytes: &[u8], from: usize) -> (usize, bool) {
    let mut i = from;
    while let Some(b) = bytes.get(i) {
        match b {
            b';' | b'{' | b'}' | b')' => return (i, false),
            b'=' => {
                let before = bytes[i - 1];
                let after = bytes.get(i + 1).copied().unwrap_or(0);
                if after == b'=' {
                    i += 1;
                } else if !b"=!<>+-*/^&|".contains(&before) {
                    return (i, true);
                }
            }
            b'"' | b'\'' => i = skip_quoted(bytes, i),
            b'/' if bytes.get(i + 1) == Some(&b'/') => {
                while bytes.get(i).is_some_and(|b| *b != b'\n') {
                    i += 1;
                }
            }
            _ => {}
        }
        i += 1;
    }
    (bytes.len(), false)
}

/// The offset of the quote that closes the one at `i`.
fn skip_quoted(bytes: &[u8], i: usize) -> usize {
    let mut j = i + 1;
    while let Some(b) = bytes.get(j) {
        match b {
            b'\\' => j += 1,
            b'\n' => return j,
            b if *b == bytes[i] => return j,
            _ => {}
        }
        j += 1;
    }
    j
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80
}
