//! Languages inside of others: scripts and styles in HTML, in single-file
//! components and between the code of PHP.
//!
//! The places are found in the text, as a browser finds them, and not in a tree:
//! templates make bad HTML, and components have no grammar here. One pass, and no
//! more than [`MOST`] pieces.

use std::ops::Range;

use crate::language::{Language, SkipReason, admit_source};
use crate::passes::lines;
use crate::report::{BlobReport, Part, TokenStream};
use crate::text::Text;

/// Pieces that are read in one text; each costs a copy of it.
const MOST: usize = 64;
/// The longest opening tag, in bytes.
const LONGEST_TAG: usize = 4_096;

/// Text of one language inside a text of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) language: Language,
    /// In bytes of the outer text.
    pub(crate) range: Range<usize>,
}

/// The pieces of a text, in order; the flag is false where there are more.
pub(crate) fn pieces(host: Language, source: &str) -> (Vec<Piece>, bool) {
    let mut found = Vec::new();
    if !matches!(host, Language::Html | Language::Vue | Language::Svelte | Language::Php) {
        return (found, true);
    }
    let bytes = source.as_bytes();
    let component = matches!(host, Language::Vue | Language::Svelte);
    let mut at = 0;
    while let Some(open) = position(bytes, at, b'<') {
        let rest = &bytes[open..];
        at = open + 1;
        if rest.starts_with(b"<!--") {
            at = after(bytes, open + 4, b"-->");
        } else if host == Language::Php && rest.starts_with(b"<?") {
            at = after(bytes, open + 2, b"?>");
        } else if let Some(name) = ["script", "style"].into_iter().find(|it| is_tag(rest, it)) {
            let Some(tag) = tag_end(rest) else { continue };
            let start = open + tag;
            at = start;
            if component && rest[..tag].ends_with(b"/>") {
                continue;
            }
            let Some(end) = closing(bytes, start, name) else { break };
            at = end;
            let attributes = source.get(open + 1 + name.len()..start - 1).unwrap_or_default();
            let Some(language) = language_of(name, attributes) else { continue };
            let piece = &bytes[start..end];
            let templated = host == Language::Php && contains(piece, b"<?");
            let minified = admit_source(piece, usize::MAX) == Some(SkipReason::Minified)
                && language.is_program();
            if templated || minified || piece.trim_ascii().is_empty() {
                continue;
            }
            if found.len() == MOST {
                return (found, false);
            }
            found.push(Piece { language, range: start..end });
        }
    }
    (found, true)
}

fn position(bytes: &[u8], from: usize, byte: u8) -> Option<usize> {
    bytes.get(from..)?.iter().position(|b| *b == byte).map(|i| from + i)
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|w| w == what)
}

/// Where the text goes on behind the next `end`.
fn after(bytes: &[u8], from: usize, end: &[u8]) -> usize {
    bytes[from.min(bytes.len())..]
        .windows(end.len())
        .position(|w| w == end)
        .map_or(bytes.len(), |i| from + i + end.len())
}

/// `<script` and something that ends a name.
fn is_tag(rest: &[u8], name: &str) -> bool {
    rest.get(1..=name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name.as_bytes()))
        && rest.get(1 + name.len()).is_some_and(|b| b.is_ascii_whitespace() || b"/>".contains(b))
}

/// The length of an opening tag with its `>`.
fn tag_end(rest: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (i, b) in rest.iter().enumerate().take(LONGEST_TAG) {
        match (quote, b) {
            (None, b'>') => return Some(i + 1),
            (None, b'"' | b'\'') => quote = Some(*b),
            (Some(open), _) if open == *b => quote = None,
            _ => {}
        }
    }
    None
}

/// Where `</name` stands.
fn closing(bytes: &[u8], from: usize, name: &str) -> Option<usize> {
    let mut at = from;
    while let Some(open) = position(bytes, at, b'<') {
        if bytes.get(open + 1) == Some(&b'/') && is_tag(&bytes[open + 1..], name) {
            return Some(open);
        }
        at = open + 1;
    }
    None
}

/// What a tag says that it holds; `None` for what is no program and no style.
fn language_of(tag: &str, attributes: &str) -> Option<Language> {
    let lower = attributes.to_ascii_lowercase();
    let said = attribute(&lower, "lang").or_else(|| attribute(&lower, "type")).unwrap_or_default();
    let said = said.split(';').next().unwrap_or_default().trim();
    let short = said.strip_prefix("text/").or_else(|| said.strip_prefix("application/"));
    let short = short.unwrap_or(said).trim_start_matches("x-");
    Some(match (tag, short) {
        ("script", "" | "module" | "js" | "javascript" | "ecmascript" | "jsx" | "babel") => {
            Language::JavaScript
        }
        ("script", "ts" | "typescript") => Language::TypeScript,
        ("script", "tsx") => Language::Tsx,
        ("script", "json" | "ld+json" | "importmap" | "speculationrules") => Language::Json,
        ("style", "" | "css" | "postcss") => Language::Css,
        ("style", "scss" | "less") => Language::Scss,
        _ => return None,
    })
}

/// The value of an attribute.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    attributes.match_indices(name).find_map(|(at, _)| {
        let before = attributes[..at].chars().next_back();
        let value = attributes[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        if before.is_some_and(|c| !c.is_whitespace() && c != '"' && c != '\'') {
            return None;
        }
        match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next(),
            _ => value.split(|c: char| c.is_whitespace() || c == '/').next(),
        }
    })
}

/// The comments of a text without a tree, outside of its pieces.
pub(crate) fn comments_outside(
    text: &Text,
    language: Language,
    pieces: &[Piece],
) -> Vec<Range<usize>> {
    let lexis = &language.spec().lexis;
    let mut found = Vec::new();
    let mut from = 0;
    let ends = pieces.iter().map(|p| p.range.clone());
    for piece in ends.chain(std::iter::once(text.bytes().len()..text.bytes().len())) {
        let gap = lines::comments(&text.bytes()[from..piece.start], lexis);
        found.extend(gap.into_iter().map(|r| from + r.start..from + r.end));
        from = piece.end;
    }
    found
}

/// Adds what was read in the pieces to the report of the whole. `comments` are
/// those of all of the text, sorted.
pub(crate) fn add(
    report: &mut BlobReport,
    text: &Text,
    comments: &[Range<usize>],
    read: Vec<(Piece, BlobReport)>,
) {
    let mut streams = Vec::with_capacity(read.len());
    for (piece, inner) in read {
        let first = text.line_of(piece.range.start) + 1;
        // The lines of the tags are the outer language's.
        let last = text.line_of(piece.range.end);
        report.parts.push(Part {
            language: piece.language,
            lines: lines::count_lines(text, comments, first..last.max(first)),
            first_token: 0,
            tokens: inner.tokens.len() as u32,
        });
        report.health.error_bytes += inner.health.error_bytes;
        report.health.rules_skipped |= inner.health.rules_skipped;
        report.functions.extend(inner.functions);
        report.findings.extend(inner.findings);
        streams.push((first as u32, inner.tokens));
    }
    report.functions.sort_by_key(|f| f.start_line);
    let (tokens, firsts) = TokenStream::merge(&report.tokens, &streams);
    report.tokens = tokens;
    for (part, first) in report.parts.iter_mut().zip(firsts) {
        part.first_token = first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(host: Language, source: &str) -> Vec<(Language, &str)> {
        let (pieces, _) = pieces(host, source);
        pieces.into_iter().map(|p| (p.language, &source[p.range])).collect()
    }

    #[test]
    fn tags_say_their_language() {
        use Language::{Css, Html, JavaScript, Json, Scss, TypeScript, Vue};
        let html = "<SCRIPT data-type='x'>a</Script ><style>b</style><script type=module>c</script>\
                    <script type=\"text/x-template\"><p></script><!-- <script>d</script> -->\
                    <script type='application/ld+json'>{}</script><scripted>e</scripted>";
        assert_eq!(
            of(Html, html),
            [(JavaScript, "a"), (Css, "b"), (JavaScript, "c"), (Json, "{}")]
        );
        let vue =
            "<script src='x' /><script setup lang=\"ts\">f</script><style lang=scss>g</style>";
        assert_eq!(of(Vue, vue), [(TypeScript, "f"), (Scss, "g")]);
        assert_eq!(of(Html, "<script>if (a </script"), []);
        assert_eq!(of(Language::Python, "<script>a</script>"), []);
        assert_eq!(of(Html, "<script title=\"a > b\">x</script>"), [(JavaScript, "x")]);
    }

    #[test]
    fn the_code_of_php_is_not_looked_into() {
        let php = "<?php echo '<script>a</script>' ?><script>b</script><script><?= 1 ?></script>";
        assert_eq!(of(Language::Php, php), [(Language::JavaScript, "b")]);
    }

    #[test]
    fn hostile_texts_are_read_once() {
        for text in
            ["<script ".repeat(200_000), "<!--".repeat(400_000), "<style></".repeat(200_000)]
        {
            let (pieces, _) = pieces(Language::Html, &text);
            assert!(pieces.len() <= MOST);
        }
        let (many, complete) = pieces(Language::Html, &"<script>a</script>".repeat(1_000));
        assert_eq!((many.len(), complete), (MOST, false));
    }
}
