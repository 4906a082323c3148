use std::borrow::Cow;

use maud::{Markup, html};

use crate::{
    components::{Language, Source, code, highlight, pager},
    request::{Asked, Visit},
};

/// Lines on one page.
const LINES: usize = 2_500;
/// Of files with long lines, so many bytes on one page.
const BYTES: usize = 1_500_000;
/// Lines longer than this, in bytes, are cut.
const LONG_LINE: usize = 5_000;

/// The text of a file, and the name of its encoding where that is not UTF-8;
/// `None` for what is no text in any encoding that we know.
pub(in crate::pages::depots) fn decoded(
    data: &[u8],
) -> Option<(Cow<'_, str>, Option<&'static str>)> {
    if let Some((encoding, bom)) = encoding_rs::Encoding::for_bom(data) {
        let text = encoding.decode_without_bom_handling_and_without_replacement(&data[bom..])?;
        let name = (encoding != encoding_rs::UTF_8).then(|| encoding.name());
        return Some((text, name));
    }
    if git::is_binary(data) {
        return None;
    }
    if let Ok(text) = std::str::from_utf8(data) {
        return Some((Cow::Borrowed(text), None));
    }
    if has_controls(data) {
        return None;
    }
    // Most of what is no UTF-8 and reads as GB 18030 without a mistake is that.
    for encoding in [encoding_rs::GB18030, encoding_rs::WINDOWS_1252] {
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(data) {
            return Some((text, Some(encoding.name())));
        }
    }
    Some((String::from_utf8_lossy(data), Some("?")))
}

/// Whether what is no UTF-8 holds bytes that no text has: a PDF, say, has no
/// zero byte where Git looks for one.
fn has_controls(data: &[u8]) -> bool {
    let control = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127);
    data.starts_with(b"%PDF-") || data.iter().take(8_000).any(control)
}

/// [`decoded`], with signs in the place of what cannot be read.
pub(in crate::pages::depots) fn shown(data: &[u8]) -> (Cow<'_, str>, Option<&'static str>) {
    decoded(data).unwrap_or_else(|| (String::from_utf8_lossy(data), Some("?")))
}

/// The lines of a text that stand on one page.
#[derive(Debug)]
pub(in crate::pages::depots) struct Window<'a> {
    text: &'a str,
    /// Lines of the whole text.
    pub(in crate::pages::depots) lines: usize,
    per_page: usize,
    /// The page, from 1.
    pub(in crate::pages::depots) page: usize,
    /// Lines end as Windows has it.
    pub(super) crlf: bool,
}

impl<'a> Window<'a> {
    /// The page that is asked for, or the last one.
    pub(in crate::pages::depots) fn of(text: &'a str, asked: &Asked) -> Self {
        let lines = text.lines().count();
        let average = (text.len() / lines.max(1)).max(1);
        let per_page = (BYTES / average).clamp(50, LINES);
        let pages = lines.div_ceil(per_page).max(1);
        let page = asked.one("page").parse().unwrap_or(1_usize).clamp(1, pages);
        let crlf = text.lines().count() > 0 && text.contains("\r\n");
        Self { text, lines, per_page, page, crlf }
    }

    /// The page with a line of the text.
    pub(in crate::pages::depots) fn page_of(&self, line: usize) -> usize {
        (line.clamp(1, self.lines.max(1)) - 1) / self.per_page + 1
    }

    fn pages(&self) -> usize {
        self.lines.div_ceil(self.per_page).max(1)
    }

    /// The first and the last line of the page, from 1.
    pub(in crate::pages::depots) fn range(&self) -> (usize, usize) {
        let first = (self.page - 1) * self.per_page + 1;
        (first, self.lines.min(first + self.per_page - 1))
    }

    /// The lines of the page as HTML.
    pub(in crate::pages::depots) fn drawn(&self, path: &str) -> Vec<String> {
        let (first, last) = self.range();
        // What came before decides about comments and strings that are open.
        let until: usize = self.text.split_inclusive('\n').take(last).map(str::len).sum();
        let mut drawn = highlight(Language::of_path(path), &self.text[..until]);
        let mut drawn = drawn.split_off((first - 1).min(drawn.len()));
        let lines = self.text[..until].lines().skip(first - 1);
        for (line, html) in lines.zip(&mut drawn).filter(|(line, _)| line.len() > LONG_LINE) {
            let mut end = LONG_LINE;
            while !line.is_char_boundary(end) {
                end -= 1;
            }
            *html = highlight(None, &line[..end]).concat();
            html.push_str("<span class=\"ws\">\u{2026} +");
            html.push_str(&crate::i18n::group(i64::try_from(line.len() - end).unwrap_or(i64::MAX)));
            html.push_str(" B</span>");
        }
        drawn
    }

    /// The way to the other pages.
    pub(in crate::pages::depots) fn pager(
        &self,
        visit: &Visit,
        address: impl Fn(usize) -> String,
    ) -> Markup {
        let (first, last) = self.range();
        let said = visit.ui.t.list_range(first, last, self.lines);
        let before = (self.page > 1).then(|| address(self.page - 1));
        let after = (self.page < self.pages()).then(|| address(self.page + 1));
        html! {
            @if self.pages() > 1 { div.body { (pager(&visit.ui, before.as_deref(), &said, after.as_deref())) } }
        }
    }
}

/// A page of a text with its numbers.
pub(super) fn draw(
    visit: &Visit,
    window: &Window<'_>,
    path: &str,
    address: impl Fn(usize) -> String,
) -> Markup {
    let lines = window.drawn(path);
    if lines.is_empty() {
        return html! { p.said { (visit.ui.t.code_nothing()) } };
    }
    let (first, _) = window.range();
    let source = Source {
        lines: &lines,
        first: u32::try_from(first).unwrap_or(1),
        address: Some(""),
        marked: None,
        notes: &[],
        label: path,
    };
    html! {
        div data-pages=[(window.pages() > 1).then_some(window.per_page)] { (code(&source)) }
        (window.pager(visit, address))
    }
}

#[cfg(test)]
mod tests {
    use super::{Window, decoded};
    use crate::request::Asked;

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(decoded("中文".as_bytes()).unwrap(), ("中文".into(), None));
        assert_eq!(decoded(b"\xd6\xd0\xce\xc4").unwrap(), ("中文".into(), Some("gb18030")));
        assert_eq!(decoded(b"\xff\xfea\0b\0").unwrap(), ("ab".into(), Some("UTF-16LE")));
        assert_eq!(decoded(b"\xef\xbb\xbfx").unwrap(), ("x".into(), None));
        assert_eq!(decoded(b"caf\xe9 au lait").unwrap().0, "café au lait");
        assert!(decoded(b"a\0b").is_none());
        assert!(decoded(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n").is_none());
        assert!(decoded(b"\x01\x02\xe2\xe3").is_none());
    }

    #[test]
    fn a_page_has_a_bounded_size() {
        let text = "x\n".repeat(50_000);
        let window = Window::of(&text, &Asked::default());
        assert_eq!(
            (window.lines, window.range(), window.page_of(50_000)),
            (50_000, (1, 2_500), 20)
        );
        let long = format!("{}\nb\n", "y".repeat(3_000_000));
        let window = Window::of(&long, &Asked::default());
        let drawn = window.drawn("x.js");
        assert_eq!(drawn.len(), 2);
        assert!(drawn[0].len() < 6_000 && drawn[0].contains("+2,995,000 B"), "{}", drawn[0].len());
        assert_eq!(drawn[1], "b");
    }
}
