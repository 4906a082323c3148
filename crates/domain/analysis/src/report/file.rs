//! Pages as a PDF.

use std::collections::BTreeSet;
use std::io::Write as _;

use base::{Result, Timestamp};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{
    ActionType, AnnotationType, CidFontType, FontFlags, SystemInfo, TextRenderingMode, UnicodeCmap,
};
use pdf_writer::{Content, Date, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};

use super::glyphs::{self, Face};

/// Of A4, in points.
pub(super) const WIDTH: f32 = 595.0;
/// Of A4, in points.
pub(super) const HEIGHT: f32 = 842.0;

const LATIN: [(Face, Name<'static>, Name<'static>); 3] = [
    (Face::Plain, Name(b"P"), Name(b"Helvetica")),
    (Face::Bold, Name(b"B"), Name(b"Helvetica-Bold")),
    (Face::Mono, Name(b"M"), Name(b"Courier")),
];
const HAN: Name<'static> = Name(b"H");
const HAN_FACE: Name<'static> = Name(b"STSong-Light");
const HAN_CODES: Name<'static> = Name(b"UniGB-UTF16-H");
const ADOBE_GB1: SystemInfo<'static> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"GB1"), supplement: 4 };

/// A colour, its parts from 0 to 1.
pub(super) type Ink = [f32; 3];

/// One page while it is drawn; y goes up.
#[derive(Default)]
pub(super) struct Page {
    content: Option<Content>,
    links: Vec<(Rect, String)>,
}

impl Page {
    fn content(&mut self) -> &mut Content {
        self.content.get_or_insert_with(Content::new)
    }

    /// Sets a line of text.
    pub(super) fn text(&mut self, x: f32, y: f32, face: Face, size: f32, ink: Ink, text: &str) {
        let content = self.content();
        content.begin_text();
        content.set_fill_rgb(ink[0], ink[1], ink[2]);
        content.set_stroke_rgb(ink[0], ink[1], ink[2]);
        content.next_line(x, y);
        let text: Vec<char> = text.chars().map(glyphs::fit).collect();
        for run in text.chunk_by(|a, b| glyphs::is_latin(*a) == glyphs::is_latin(*b)) {
            let latin = run.first().is_some_and(|c| glyphs::is_latin(*c));
            if latin {
                let name = LATIN.iter().find(|(known, ..)| *known == face).map_or(HAN, |f| f.1);
                let codes: Vec<u8> =
                    run.iter().map(|c| u8::try_from(u32::from(*c)).unwrap_or(b'?')).collect();
                content.set_font(name, size).show(Str(&codes));
                continue;
            }
            let mut codes = Vec::with_capacity(run.len() * 2);
            for c in run {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    codes.extend(unit.to_be_bytes());
                }
            }
            content.set_font(HAN, size);
            if face == Face::Bold {
                // The face has one weight; a thin line around makes another.
                content.set_line_width(size / 40.0);
                content.set_text_rendering_mode(TextRenderingMode::FillStroke);
            }
            content.show(Str(&codes));
            content.set_text_rendering_mode(TextRenderingMode::Fill);
        }
        content.end_text();
    }

    /// Fills a rectangle.
    pub(super) fn fill(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Ink) {
        let content = self.content();
        content.set_fill_rgb(ink[0], ink[1], ink[2]);
        content.rect(x, y, width, height).fill_nonzero();
    }

    /// Draws a line through points.
    pub(super) fn line(&mut self, points: &[(f32, f32)], thick: f32, ink: Ink) {
        let content = self.content();
        content.set_stroke_rgb(ink[0], ink[1], ink[2]).set_line_width(thick);
        for (place, (x, y)) in points.iter().enumerate() {
            if place == 0 {
                content.move_to(*x, *y);
            } else {
                content.line_to(*x, *y);
            }
        }
        content.stroke();
    }

    /// Has a rectangle lead to an address.
    pub(super) fn link(&mut self, x: f32, y: f32, width: f32, height: f32, address: &str) {
        self.links.push((Rect::new(x, y, x + width, y + height), address.to_owned()));
    }
}

/// What the file says about itself.
pub(super) struct Imprint<'a> {
    pub(super) title: &'a str,
    pub(super) language: &'a str,
    pub(super) at: Timestamp,
    /// The letters that are not Latin.
    pub(super) han: &'a BTreeSet<char>,
}

struct Ids(i32);

impl Ids {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// The file of these pages.
pub(super) fn pdf(pages: Vec<Page>, imprint: &Imprint<'_>) -> Result<Vec<u8>> {
    let mut ids = Ids(0);
    let (catalog, tree, info) = (ids.next(), ids.next(), ids.next());
    let mut pdf = Pdf::new();
    let mut root = pdf.catalog(catalog);
    root.pages(tree).lang(TextStr(imprint.language));
    root.viewer_preferences().display_doc_title(true);
    root.finish();
    let at = imprint.at.to_jiff().to_zoned(jiff::tz::TimeZone::UTC);
    let date = Date::new(u16::try_from(at.year()).unwrap_or_default())
        .month(u8::try_from(at.month()).unwrap_or(1))
        .day(u8::try_from(at.day()).unwrap_or(1))
        .hour(u8::try_from(at.hour()).unwrap_or_default())
        .minute(u8::try_from(at.minute()).unwrap_or_default());
    pdf.document_info(info)
        .title(TextStr(imprint.title))
        .producer(TextStr("Mortise"))
        .creation_date(date);
    let mut fonts = Vec::new();
    for (_, name, face) in LATIN {
        let id = ids.next();
        let mut font = pdf.type1_font(id);
        font.base_font(face).encoding_predefined(Name(b"WinAnsiEncoding"));
        fonts.push((name, id));
    }
    fonts.push((HAN, han(&mut pdf, &mut ids, imprint.han)));
    let kids: Vec<Ref> = pages.iter().map(|_| ids.next()).collect();
    pdf.pages(tree).kids(kids.iter().copied()).count(i32::try_from(kids.len()).unwrap_or(i32::MAX));
    for (page, id) in pages.into_iter().zip(kids) {
        let body = ids.next();
        let links: Vec<(Ref, Rect, String)> =
            page.links.into_iter().map(|(place, to)| (ids.next(), place, to)).collect();
        let mut written = pdf.page(id);
        written.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).parent(tree).contents(body);
        if !links.is_empty() {
            written.annotations(links.iter().map(|(id, ..)| *id));
        }
        let mut resources = written.resources();
        let mut known = resources.fonts();
        for (name, id) in &fonts {
            known.pair(*name, *id);
        }
        known.finish();
        resources.finish();
        written.finish();
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
        packed.write_all(&page.content.unwrap_or_else(Content::new).finish())?;
        pdf.stream(body, &packed.finish()?).filter(Filter::FlateDecode);
        for (id, place, address) in links {
            let mut link = pdf.annotation(id);
            link.subtype(AnnotationType::Link).rect(place).border(0.0, 0.0, 0.0, None);
            link.action().action_type(ActionType::Uri).uri(Str(address.as_bytes()));
        }
    }
    Ok(pdf.finish())
}

/// The font for what is not Latin: named, not brought along.
fn han(pdf: &mut Pdf, ids: &mut Ids, used: &BTreeSet<char>) -> Ref {
    let (font, letters, described, map) = (ids.next(), ids.next(), ids.next(), ids.next());
    pdf.type0_font(font)
        .base_font(Name(b"STSong-Light-UniGB-UTF16-H"))
        .encoding_predefined(HAN_CODES)
        .descendant_font(letters)
        .to_unicode(map);
    pdf.cid_font(letters)
        .subtype(CidFontType::Type0)
        .base_font(HAN_FACE)
        .system_info(ADOBE_GB1)
        .font_descriptor(described)
        .default_width(1000.0);
    pdf.font_descriptor(described)
        .name(HAN_FACE)
        .flags(FontFlags::SYMBOLIC | FontFlags::SERIF)
        .bbox(Rect::new(-25.0, -254.0, 1000.0, 880.0))
        .italic_angle(0.0)
        .ascent(880.0)
        .descent(-120.0)
        .cap_height(700.0)
        .stem_v(93.0);
    // For readers that copy text and do not know the codes by name.
    let mut codes = UnicodeCmap::<u16>::new(Name(b"Mortise-UTF16"), ADOBE_GB1);
    for c in used {
        if let Ok(code) = u16::try_from(u32::from(*c)) {
            codes.pair(code, *c);
        }
    }
    pdf.cmap(map, &codes.finish());
    font
}
