//! Line counts: from a tree's comment ranges, or by delimiters where there is
//! no tree.

use std::ops::Range;

use crate::language::Lexis;
use crate::report::LineCounts;
use crate::text::Text;

/// Counts lines given the byte ranges of everything that counts as comment.
/// A line is blank if it holds white space only, wherever it stands; a comment
/// if all its text is comment; code otherwise.
pub(crate) fn count(text: &Text, comments: &mut [Range<usize>]) -> LineCounts {
    comments.sort_unstable_by_key(|r| r.start);
    count_lines(text, comments, 0..text.line_count())
}

/// The same for some of the lines, counted from 0; `comments` are sorted.
pub(crate) fn count_lines(
    text: &Text,
    comments: &[Range<usize>],
    lines: Range<usize>,
) -> LineCounts {
    let mut counts = LineCounts { total: lines.len() as u32, ..LineCounts::default() };
    let bytes = text.bytes();
    let start = text.line_range(lines.start).start;
    let mut next = comments.partition_point(|c| c.end <= start);
    for line in lines {
        let range = text.line_range(line);
        if bytes[range.clone()].trim_ascii().is_empty() {
            counts.blank += 1;
            continue;
        }
        while comments.get(next).is_some_and(|c| c.end <= range.start) {
            next += 1;
        }
        if only_comment(bytes, range, &comments[next..]) {
            counts.comment += 1;
        } else {
            counts.code += 1;
        }
    }
    counts
}

fn only_comment(bytes: &[u8], line: Range<usize>, comments: &[Range<usize>]) -> bool {
    let mut at = line.start;
    for comment in comments.iter().take_while(|c| c.start < line.end) {
        if comment.start > at && !blank(&bytes[at..comment.start]) {
            return false;
        }
        at = at.max(comment.end);
        if at >= line.end {
            return true;
        }
    }
    blank(&bytes[at..line.end])
}

fn blank(bytes: &[u8]) -> bool {
    bytes.trim_ascii().is_empty()
}

/// The comments of a text without a tree, in order.
pub(crate) fn comments(bytes: &[u8], lexis: &Lexis) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        let rest = &bytes[i..];
        let starts = |token: &&&str| rest.starts_with(token.as_bytes());
        if let Some((open, close)) = lexis.block.iter().find(|(open, _)| starts(&open)) {
            let end = block_end(bytes, i + open.len(), open, close, lexis.nested);
            found.push(i..end);
            i = end;
        } else if lexis.line.iter().find(starts).is_some() {
            let end = rest.iter().position(|b| *b == b'\n').map_or(bytes.len(), |n| i + n);
            found.push(i..end);
            i = end;
        } else if let Some(quote) = lexis.quotes.iter().find(starts) {
            i = string_end(bytes, i + quote.len(), quote.as_bytes(), lexis.spans);
        } else {
            i += 1;
        }
    }
    found
}

fn block_end(bytes: &[u8], from: usize, open: &str, close: &str, nested: bool) -> usize {
    let mut depth = 1;
    let mut i = from;
    while i < bytes.len() {
        if bytes[i..].starts_with(close.as_bytes()) {
            i += close.len();
            depth -= 1;
            if depth == 0 {
                return i;
            }
        } else if nested && bytes[i..].starts_with(open.as_bytes()) {
            i += open.len();
            depth += 1;
        } else {
            i += 1;
        }
    }
    bytes.len()
}

/// The end of a string; an unclosed one ends with its line, so that one stray
/// quote does not swallow the file. Threefold quotes span lines.
fn string_end(bytes: &[u8], from: usize, quote: &[u8], spans: bool) -> usize {
    let mut i = from;
    while i < bytes.len() {
        match bytes[i] {
            b'\\' => i += 1,
            b'\n' if !spans && quote.len() < 3 => return i,
            _ if bytes[i..].starts_with(quote) => return i + quote.len(),
            _ => {}
        }
        i += 1;
    }
    bytes.len()
}
