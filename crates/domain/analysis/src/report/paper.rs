//! Setting headings, tables and a curve on pages, from top to bottom.

use std::collections::BTreeSet;

use base::{Result, Timestamp};

use super::file::{self, HEIGHT, Imprint, Ink, Page, WIDTH};
use super::glyphs::{self, Face};

const SIDE: f32 = 44.0;
const TOP: f32 = HEIGHT - 48.0;
const BOTTOM: f32 = 56.0;
const ROOM: f32 = WIDTH - 2.0 * SIDE;
const SIZE: f32 = 9.0;
const LEAD: f32 = 12.5;
const PAD: f32 = 4.0;
/// Lines of a cell.
const MOST_LINES: usize = 4;

const BLACK: Ink = [0.1, 0.1, 0.12];
const GREY: Ink = [0.42, 0.42, 0.46];
const HAIR: Ink = [0.82, 0.82, 0.85];
const WASH: Ink = [0.955, 0.955, 0.965];
pub(super) const BLUE: Ink = [0.1, 0.35, 0.75];
pub(super) const GREEN: Ink = [0.05, 0.5, 0.25];
pub(super) const AMBER: Ink = [0.7, 0.42, 0.0];
pub(super) const RED: Ink = [0.75, 0.13, 0.13];

/// A paper in the making.
pub(super) struct Paper {
    pages: Vec<Page>,
    /// Where the next thing goes; y of its upper edge.
    y: f32,
    title: String,
    used: BTreeSet<char>,
}

/// A column of a table.
pub(super) struct Column {
    pub(super) name: String,
    /// Its share of the width; all of them make 1.
    pub(super) share: f32,
    pub(super) face: Face,
    /// Whether it holds numbers.
    pub(super) right: bool,
}

/// A cell: a text and where it leads.
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) ink: Option<Ink>,
    pub(super) link: Option<String>,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, ink: None, link: None }
    }
}

impl Paper {
    pub(super) fn new(title: &str) -> Self {
        Self {
            pages: vec![Page::default()],
            y: TOP,
            title: title.to_owned(),
            used: BTreeSet::new(),
        }
    }

    fn set(&mut self, x: f32, y: f32, face: Face, size: f32, ink: Ink, text: &str) {
        self.used.extend(text.chars().map(glyphs::fit).filter(|c| !glyphs::is_latin(*c)));
        if let Some(page) = self.pages.last_mut() {
            page.text(x, y, face, size, ink, text);
        }
    }

    fn page(&mut self) -> Option<&mut Page> {
        self.pages.last_mut()
    }

    /// Goes to the next page unless so many points are left on this one.
    fn need(&mut self, room: f32) -> bool {
        if self.y - room >= BOTTOM {
            return false;
        }
        self.pages.push(Page::default());
        self.y = TOP;
        true
    }

    /// The first line of the first page.
    pub(super) fn head(&mut self, text: &str, link: &str) {
        for line in glyphs::wrap(text, Face::Bold, 18.0, ROOM, 2) {
            self.y -= 20.0;
            let (y, wide) = (self.y, glyphs::width(&line, Face::Bold, 18.0));
            self.set(SIDE, y, Face::Bold, 18.0, BLACK, &line);
            if let Some(page) = self.page() {
                page.link(SIDE, y - 3.0, wide, 20.0, link);
            }
        }
        self.y -= 4.0;
    }

    /// A heading that is not left alone at the foot of a page.
    pub(super) fn heading(&mut self, text: &str) {
        self.need(80.0);
        self.y -= 28.0;
        let y = self.y;
        self.set(SIDE, y, Face::Bold, 12.0, BLACK, text);
        self.y -= 6.0;
    }

    /// A paragraph.
    pub(super) fn said(&mut self, text: &str, ink: Option<Ink>) {
        for line in glyphs::wrap(text, Face::Plain, SIZE + 1.0, ROOM, 12) {
            self.need(LEAD + 1.0);
            self.y -= LEAD + 1.0;
            let y = self.y;
            self.set(SIDE, y, Face::Plain, SIZE + 1.0, ink.unwrap_or(GREY), &line);
        }
    }

    /// Boxes beside each other: a name, a value, and a word about it.
    pub(super) fn boxes(&mut self, all: &[(String, String, String, Ink)]) {
        const TALL: f32 = 58.0;
        const GAP: f32 = 8.0;
        let across = 4.min(all.len().max(1));
        #[expect(clippy::cast_precision_loss, reason = "at most four")]
        let wide = (ROOM - GAP * (across - 1) as f32) / across as f32;
        for row in all.chunks(across) {
            self.need(TALL + GAP);
            self.y -= GAP;
            let top = self.y;
            let mut x = SIDE;
            for (name, value, note, ink) in row {
                if let Some(page) = self.page() {
                    page.fill(x, top - TALL, wide, TALL, WASH);
                    page.fill(x, top - TALL, 2.0, TALL, *ink);
                }
                let first = |text: &str, face, size| {
                    glyphs::wrap(text, face, size, wide - 18.0, 1).into_iter().next()
                };
                for (text, face, size, down, ink) in [
                    (name, Face::Plain, 8.5, 14.0, GREY),
                    (value, Face::Bold, 15.0, 33.0, *ink),
                    (note, Face::Plain, 8.0, 48.0, GREY),
                ] {
                    if let Some(line) = first(text, face, size) {
                        self.set(x + 10.0, top - down, face, size, ink, &line);
                    }
                }
                x += wide + GAP;
            }
            self.y = top - TALL;
        }
    }

    /// A table whose head comes again on each page.
    pub(super) fn table(&mut self, columns: &[Column], rows: &[Vec<Cell>]) {
        self.y -= 4.0;
        self.table_head(columns);
        for row in rows {
            let cells: Vec<Vec<String>> = columns
                .iter()
                .zip(row)
                .map(|(column, cell)| {
                    let room = column.share * ROOM - 2.0 * PAD;
                    glyphs::wrap(&cell.text, column.face, SIZE, room, MOST_LINES)
                })
                .collect();
            let lines = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
            #[expect(clippy::cast_precision_loss, reason = "a few lines")]
            let tall = lines as f32 * LEAD + 5.0;
            if self.need(tall) {
                self.table_head(columns);
            }
            let top = self.y;
            let mut x = SIDE;
            for ((column, cell), lines) in columns.iter().zip(row).zip(&cells) {
                let ink = cell.ink.unwrap_or(if cell.link.is_some() { BLUE } else { BLACK });
                let mut y = top - LEAD;
                for line in lines {
                    let wide = glyphs::width(line, column.face, SIZE);
                    let at =
                        if column.right { x + column.share * ROOM - PAD - wide } else { x + PAD };
                    self.set(at, y, column.face, SIZE, ink, line);
                    if let (Some(link), Some(page)) = (&cell.link, self.pages.last_mut()) {
                        page.link(at, y - 2.0, wide, LEAD, link);
                    }
                    y -= LEAD;
                }
                x += column.share * ROOM;
            }
            self.y = top - tall;
            let y = self.y;
            if let Some(page) = self.page() {
                page.line(&[(SIDE, y), (SIDE + ROOM, y)], 0.4, HAIR);
            }
        }
    }

    fn table_head(&mut self, columns: &[Column]) {
        self.need(2.0 * LEAD + 20.0);
        let top = self.y;
        if let Some(page) = self.page() {
            page.fill(SIDE, top - LEAD - 5.0, ROOM, LEAD + 5.0, WASH);
        }
        let mut x = SIDE;
        for column in columns {
            let room = column.share * ROOM - 2.0 * PAD;
            if let Some(line) = glyphs::wrap(&column.name, Face::Bold, 8.0, room, 1).first() {
                let wide = glyphs::width(line, Face::Bold, 8.0);
                let at = if column.right { x + column.share * ROOM - PAD - wide } else { x + PAD };
                self.set(at, top - LEAD, Face::Bold, 8.0, GREY, line);
            }
            x += column.share * ROOM;
        }
        self.y = top - LEAD - 5.0;
    }

    /// A curve from zero, with the first and the last value at its ends.
    pub(super) fn curve(&mut self, values: &[(String, u32)]) {
        const TALL: f32 = 90.0;
        let [(from, first), .., (to, last)] = values else { return };
        self.need(TALL + 34.0);
        self.y -= 10.0;
        let (floor, wide) = (self.y - TALL, ROOM - 40.0);
        let most = values.iter().map(|(_, value)| *value).max().unwrap_or(1).max(1);
        #[expect(clippy::cast_precision_loss, reason = "places on paper")]
        let points: Vec<(f32, f32)> = values
            .iter()
            .enumerate()
            .map(|(place, (_, value))| {
                let across = place as f32 / (values.len() - 1) as f32;
                (SIDE + across * wide, floor + *value as f32 / most as f32 * (TALL - 14.0))
            })
            .collect();
        if let Some(page) = self.page() {
            page.line(&[(SIDE, floor), (SIDE + wide, floor)], 0.6, HAIR);
            page.line(&points, 1.4, BLUE);
        }
        let height = |at: Option<&(f32, f32)>| at.map_or(floor, |(_, y)| *y);
        let (start, end) = (height(points.first()), height(points.last()));
        self.set(SIDE, start + 5.0, Face::Bold, 8.5, BLACK, &first.to_string());
        self.set(SIDE + wide + 5.0, end - 3.0, Face::Bold, 8.5, BLACK, &last.to_string());
        self.set(SIDE, floor - 12.0, Face::Plain, 8.0, GREY, from);
        let right = SIDE + wide - glyphs::width(to, Face::Plain, 8.0);
        self.set(right, floor - 12.0, Face::Plain, 8.0, GREY, to);
        self.y = floor - 16.0;
    }

    /// Puts the page numbers on and makes the file.
    pub(super) fn finish(mut self, language: &str, at: Timestamp) -> Result<Vec<u8>> {
        let count = self.pages.len();
        let title = glyphs::wrap(&self.title, Face::Plain, 8.0, ROOM - 80.0, 1);
        let title = title.first().cloned().unwrap_or_default();
        self.used.extend(title.chars().map(glyphs::fit).filter(|c| !glyphs::is_latin(*c)));
        for (place, page) in self.pages.iter_mut().enumerate() {
            let number = format!("{} / {count}", place + 1);
            let right = SIDE + ROOM - glyphs::width(&number, Face::Plain, 8.0);
            page.line(&[(SIDE, 42.0), (SIDE + ROOM, 42.0)], 0.4, HAIR);
            page.text(SIDE, 30.0, Face::Plain, 8.0, GREY, &title);
            page.text(right, 30.0, Face::Plain, 8.0, GREY, &number);
        }
        let imprint = Imprint { title: &self.title, language, at, han: &self.used };
        file::pdf(self.pages, &imprint)
    }
}
