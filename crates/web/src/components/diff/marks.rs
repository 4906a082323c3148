use std::ops::Range;

/// Puts `<mark>` around parts of a line that [`crate::components::highlight`] has drawn. The
/// ranges are in bytes of the text, from left to right.
#[must_use]
pub fn mark(html: &str, ranges: &[Range<usize>]) -> String {
    if ranges.is_empty() {
        return html.to_owned();
    }
    let mut out = String::with_capacity(html.len() + ranges.len() * 13);
    let mut ranges = ranges.iter().peekable();
    let (mut at, mut open) = (0, false);
    let mut rest = html;
    while !rest.is_empty() {
        if rest.starts_with('<') && !rest.starts_with(SHOWN) {
            // A mark never reaches over the edge of a colour.
            let end = rest.find('>').map_or(rest.len(), |end| end + 1);
            if open {
                out.push_str("</mark>");
                open = false;
            }
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        while ranges.peek().is_some_and(|range| range.end <= at) {
            ranges.next();
        }
        let inside = ranges.peek().is_some_and(|range| range.contains(&at));
        if inside != open {
            out.push_str(if inside { "<mark>" } else { "</mark>" });
            open = inside;
        }
        let (drawn, bytes) = character(rest);
        out.push_str(&rest[..drawn]);
        at += bytes;
        rest = &rest[drawn..];
    }
    if open {
        out.push_str("</mark>");
    }
    out
}

/// How a character that turns text is drawn.
const SHOWN: &str = "<span class=\"badge";

/// How long the next character is as it is drawn, and in the text.
fn character(rest: &str) -> (usize, usize) {
    if rest.starts_with(SHOWN) {
        return (rest.find("</span>").map_or(rest.len(), |end| end + 7), 3);
    }
    if rest.starts_with('&') {
        return (rest.find(';').map_or(1, |end| end + 1), 1);
    }
    let length = rest.chars().next().map_or(1, char::len_utf8);
    (length, length)
}

#[cfg(test)]
mod tests {
    use super::mark;
    use crate::components::{Language, highlight};

    fn marked(text: &str, range: std::ops::Range<usize>) -> String {
        mark(&highlight(Some(Language::Rust), text).concat(), &[range])
    }

    #[test]
    fn marks_stay_inside_the_colours() {
        assert_eq!(
            marked("let x = 1;", 0..5),
            "<span class=\"k\"><mark>let</mark></span><mark> x</mark> = <span class=\"n\">1</span>;"
        );
    }

    #[test]
    fn escaped_characters_count_once() {
        assert_eq!(marked("a<b>&c", 1..4), "a<mark>&lt;b&gt;</mark>&amp;c");
        assert_eq!(marked("é<", 2..3), "é<mark>&lt;</mark>");
        let turned = marked("a\u{202e}b", 4..5);
        assert!(turned.ends_with("</span><mark>b</mark>"), "{turned}");
    }
}
