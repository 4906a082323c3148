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
    if lexis.literate {
        return around_literate_code(bytes);
    }
    let mut scan = Scan { bytes, lexis, found: Vec::new(), fresh: true, line: 0, last: 0 };
    let starts = first_bytes(lexis);
    let mut i = 0;
    while let Some(b) = bytes.get(i) {
        if *b == b'\n' {
            scan.fresh = true;
            i += 1;
            scan.line = i;
        } else if !starts[usize::from(*b)] {
            i += 1;
            if !b.is_ascii_whitespace() {
                scan.fresh = false;
                scan.last = *b;
            }
        } else {
            i = scan.token(i);
        }
    }
    scan.found
}

/// The bytes that some delimiter begins with.
fn first_bytes(lexis: &Lexis) -> [bool; 256] {
    let mut starts = [false; 256];
    let pairs = [lexis.block, lexis.raw, lexis.sections].concat();
    let lists = [lexis.line, lexis.quotes, lexis.first, lexis.docs, lexis.indented].concat();
    for token in pairs.iter().map(|(open, _)| open).chain(&lists) {
        if let Some(b) = token.bytes().next() {
            starts[usize::from(b.to_ascii_lowercase())] = true;
            starts[usize::from(b.to_ascii_uppercase())] = true;
        }
    }
    starts
}

struct Scan<'a> {
    bytes: &'a [u8],
    lexis: &'a Lexis,
    found: Vec<Range<usize>>,
    /// Nothing but white space stands before on the line.
    fresh: bool,
    /// Where the line begins.
    line: usize,
    /// The last byte before that is code and no white space.
    last: u8,
}

impl Scan<'_> {
    /// Takes what begins at `i`, which some delimiter may; returns what follows it.
    fn token(&mut self, i: usize) -> usize {
        let (bytes, lexis) = (self.bytes, self.lexis);
        let rest = &bytes[i..];
        let starts = |token: &&str| rest.starts_with(token.as_bytes());
        if self.fresh {
            let column = i - self.line;
            let section = lexis.sections.iter().find(|(open, _)| starts(open));
            if let Some((open, close)) = section.filter(|_| column == 0 || lexis.nested) {
                return self.comment(i, section_end(bytes, i, open, close, lexis.nested));
            }
            if lexis.indented.iter().any(&starts) {
                return self.comment(i, indented_end(bytes, i, column));
            }
            if lexis.first.iter().any(|token| is_first(rest, token)) {
                return self.comment(i, line_end(bytes, i));
            }
            let begins = !b"=([{,+%\\".contains(&self.last);
            if let Some(quote) = lexis.docs.iter().find(|t| starts(t)).filter(|_| begins) {
                // What stands before the quote itself opens, and closes nothing.
                let close = &quote.as_bytes()[quote.len().saturating_sub(3)..];
                return self.comment(i, string_end(bytes, i + quote.len(), close, true));
            }
        }
        // `{-# … #-}` tells the compiler something.
        let pragma = rest.starts_with(b"{-#");
        if let Some((open, close)) = lexis.block.iter().find(|(open, _)| starts(open) && !pragma) {
            return self.comment(i, block_end(bytes, i + open.len(), open, close, lexis.nested));
        }
        let word = i > 0 && bytes[i - 1].is_ascii_alphanumeric();
        // In Haskell and its kin `-->` is an operator.
        let operator = rest.starts_with(b"--")
            && lexis.block.iter().any(|(open, _)| *open == "{-")
            && rest
                .iter()
                .find(|b| **b != b'-')
                .is_some_and(|b| b"!#$%&*+./<=>?@\\^|~:".contains(b));
        if !operator && lexis.line.iter().any(|t| is_line(rest, t, word)) {
            return self.comment(i, line_end(bytes, i));
        }
        self.fresh = false;
        self.last = bytes[i];
        if let Some((open, close)) = lexis.raw.iter().find(|(open, _)| starts(open)) {
            return block_end(bytes, i + open.len(), open, close, false);
        }
        if let Some(quote) = lexis.quotes.iter().find(|t| starts(t)) {
            return string_end(bytes, i + quote.len(), quote.as_bytes(), lexis.spans);
        }
        if bytes[i].is_ascii_whitespace() {
            self.fresh = true;
        }
        i + 1
    }

    fn comment(&mut self, start: usize, end: usize) -> usize {
        if let Some(newline) = self.bytes[start..end].iter().rposition(|b| *b == b'\n') {
            self.line = start + newline + 1;
        }
        self.found.push(start..end);
        end
    }
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |n| from + n)
}

/// A token that is a word stands for itself in any case, but not for a part of a
/// longer word.
fn is_first(rest: &[u8], token: &str) -> bool {
    let Some(head) = rest.get(..token.len()) else { return false };
    if token.bytes().all(|b| b.is_ascii_alphabetic()) {
        let longer = rest.get(token.len()).is_some_and(u8::is_ascii_alphanumeric);
        return head.eq_ignore_ascii_case(token.as_bytes()) && !longer;
    }
    head == token.as_bytes()
}

fn is_line(rest: &[u8], token: &str, inside_word: bool) -> bool {
    let word = token.bytes().all(|b| b.is_ascii_alphabetic());
    !(word && inside_word) && is_first(rest, token)
}

/// The end of the line that closes a section.
fn section_end(bytes: &[u8], from: usize, open: &str, close: &str, nested: bool) -> usize {
    let mut depth = 1;
    let mut at = line_end(bytes, from);
    let own = &bytes[(from + open.len()).min(at)..at];
    if !close.is_empty() && own.windows(close.len()).any(|w| w == close.as_bytes()) {
        return at;
    }
    while !close.is_empty() && at < bytes.len() {
        let end = line_end(bytes, at + 1);
        let line = bytes[at + 1..end].trim_ascii_start();
        if line.starts_with(close.as_bytes()) {
            depth -= 1;
            if depth == 0 {
                return end;
            }
        } else if nested && line.starts_with(open.as_bytes()) {
            depth += 1;
        }
        at = end;
    }
    bytes.len()
}

/// The end of the last line after this one that is indented deeper.
fn indented_end(bytes: &[u8], from: usize, column: usize) -> usize {
    let mut last = line_end(bytes, from);
    let mut at = last;
    while at < bytes.len() {
        let end = line_end(bytes, at + 1);
        let line = &bytes[at + 1..end];
        let indent = line.len() - line.trim_ascii_start().len();
        if !line.trim_ascii().is_empty() {
            if indent <= column {
                break;
            }
            last = end;
        }
        at = end;
    }
    last
}

/// Everything but the code of a literate program.
fn around_literate_code(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut code = false;
    while at < bytes.len() {
        let end = line_end(bytes, at);
        let line = &bytes[at..end];
        if line.starts_with(b"\\end{code}") {
            code = false;
        }
        if !code && !line.starts_with(b">") {
            found.push(at..end);
        }
        code |= line.starts_with(b"\\begin{code}");
        at = end + 1;
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
            // With the line end of Windows, it is two bytes that are escaped.
            b'\\' => i += 1 + usize::from(bytes[i..].starts_with(b"\\\r\n")),
            b'\n' if !spans && quote.len() < 3 => return i,
            _ if bytes[i..].starts_with(quote) => return i + quote.len(),
            _ => {}
        }
        i += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    /// Code, comment and blank lines.
    fn of(language: Language, source: &str) -> (u32, u32, u32) {
        let text = Text::new(source.to_owned());
        let counts = count(&text, &mut comments(text.bytes(), &language.spec().lexis));
        (counts.code, counts.comment, counts.blank)
    }

    #[test]
    fn what_is_a_comment_differs_by_language() {
        let cases: &[(Language, &str, (u32, u32, u32))] = &[
            (Language::Ruby, "a\n=begin\nb\n\n=end here\nc = '=begin'\n", (2, 3, 1)),
            (Language::Perl, "a;\n=head1 x\nb\n=cut\nc;\n__END__\nd\n", (2, 5, 0)),
            (Language::NotQuitePerl, "=begin x\n=end x\na\n", (1, 2, 0)),
            (Language::Raku, "=begin a\n=begin b\n=end b\nx\n=end a\ny\n", (1, 5, 0)),
            (
                Language::Cython,
                "def f():\n    \"\"\"a\n    b\"\"\"\n    x = \"\"\"\n#c\"\"\"\n",
                (3, 2, 0),
            ),
            (Language::Elixir, "@doc \"\"\"\na\n\"\"\"\nx\n", (1, 3, 0)),
            (Language::FSharp, "x = @\"a\\\"\n// b\n", (1, 1, 0)),
            (Language::PlantUml, "a 'b'\n' c\n/' d /' e '/ f '/\n", (1, 2, 0)),
            (Language::Haskell, "{-# X #-}\n--> a\n-- b\n{- c {- d -}\n-}\n", (2, 3, 0)),
            (Language::Batch, "rem a\nremove b\n:: c\n", (1, 2, 0)),
            (Language::Haml, "%a\n  -# b\n    c\n\n  d\n", (2, 2, 1)),
            (Language::LiterateHaskell, "a\n\n> b\n\\begin{code}\nc\n\\end{code}\n", (2, 3, 1)),
            (Language::Luau, "--[=[ a\n]] ]=] x\n-- b\n", (1, 2, 0)),
            (Language::Ini, "a=b;c\n;d\n!e\n", (1, 2, 0)),
            (Language::C, "x = \"a\\\r\n// b\";\r\n// c\r\n", (2, 1, 0)),
        ];
        for (language, source, counts) in cases {
            assert_eq!(of(*language, source), *counts, "{language}: {source}");
        }
    }

    #[test]
    fn hostile_texts_are_read_once() {
        for language in Language::all() {
            let lexis = &language.lexis;
            let opens = lexis.block.iter().chain(lexis.sections).chain(lexis.raw).map(|p| p.0);
            for open in opens.chain(lexis.quotes.iter().copied()).chain(lexis.docs.iter().copied())
            {
                let source = format!("{open}\n").repeat(2_000);
                let found = comments(source.as_bytes(), lexis);
                assert!(found.is_sorted_by_key(|r| r.start), "{}", language.id);
            }
        }
    }
}
