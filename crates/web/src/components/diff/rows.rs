use maud::{Markup, PreEscaped, html};

use super::{Hunk, Line, LineKind, LineNotes, talk::Talking};
use crate::ui::Ui;

const fn look(kind: LineKind) -> (Option<&'static str>, &'static str) {
    match kind {
        LineKind::Same => (None, "\u{a0}"),
        LineKind::Added => (Some("add"), "+"),
        LineKind::Removed => (Some("del"), "\u{2212}"),
    }
}

/// Where the lines of a file are drawn.
#[derive(Clone, Copy)]
pub(super) struct Sheet<'a> {
    pub(super) ui: &'a Ui,
    pub(super) anchor: &'a str,
    pub(super) talking: Talking<'a>,
    pub(super) notes: &'a LineNotes,
}

/// A line, and its place in the difference.
type Placed<'a> = (u32, &'a Line);

impl Sheet<'_> {
    /// The number of a line as a link to it. `side` is `L` for the old one.
    fn number(&self, side: char, line: Option<u32>) -> Markup {
        let t = self.ui.t;
        let words = if side == 'L' { t.code_old_line() } else { t.code_new_line() };
        html! {
            @let known = self.notes.words(self.ui, line.filter(|_| side == 'R'));
            @if let Some(n) = line { a href={ "#" (self.anchor) (side) (n) } aria-label={ (words) " " (n) @if let Some(known) = known { ", " (known) } } data-n=(n) {} }
        }
    }

    /// A hunk line by line, whose first line has the place `first`.
    pub(super) fn unified(&self, hunk: &Hunk, first: u32) -> Markup {
        html! {
            tbody {
                tr.hunk { td colspan="4" { (hunk.header) } }
                (self.talking.row(4, first - 1))
                @for (place, line) in (first..).zip(&hunk.lines) {
                    @let (class, sign) = look(line.kind);
                    tr class=[class] id=[name(self.anchor, line)] {
                        td.no { (self.number('L', line.old)) }
                        td class={ "no " (self.notes.class(line.new)) } title=[self.notes.words(self.ui, line.new)] { (self.number('R', line.new)) }
                        td.sign { (self.talking.button(self.ui, place)) (sign) }
                        td.tx { (PreEscaped(&line.html)) }
                    }
                    (self.notes.row(4, line.new))
                    (self.talking.row(4, place))
                }
            }
        }
    }

    /// A hunk side by side: what was removed stands beside what was added in
    /// its place.
    pub(super) fn split(&self, hunk: &Hunk, first: u32) -> Markup {
        html! {
            tbody {
                tr.hunk { td colspan="6" { (hunk.header) } }
                (self.talking.row(6, first - 1))
                @for (old, new) in pairs(hunk, first) {
                    tr id=[new.or(old).and_then(|(_, line)| name(self.anchor, line))] {
                        (self.half('L', old, old.and_then(|(_, line)| line.old)))
                        (self.half('R', new, new.and_then(|(_, line)| line.new)))
                    }
                    (self.notes.row(6, new.and_then(|(_, line)| line.new)))
                    @if let Some((place, _)) = old { (self.talking.row(6, place)) }
                    @if let Some((place, _)) = new.filter(|new| old.is_none_or(|old| old.0 != new.0)) { (self.talking.row(6, place)) }
                }
            }
        }
    }

    fn half(&self, side: char, line: Option<Placed<'_>>, n: Option<u32>) -> Markup {
        let Some((place, line)) = line else {
            return html! { td.void colspan="3" {} };
        };
        let (class, sign) = look(line.kind);
        let class = class.unwrap_or_default();
        let fresh = line.new.filter(|_| side == 'R');
        html! {
            td class={ "no " (class) " " (self.notes.class(fresh)) } title=[self.notes.words(self.ui, fresh)] { (self.number(side, n)) }
            td class={ "sign " (class) } { (self.talking.button(self.ui, place)) (sign) }
            td class={ "tx " (class) } { (PreEscaped(&line.html)) }
        }
    }
}

fn name(anchor: &str, line: &Line) -> Option<String> {
    match (line.new, line.old) {
        (Some(n), _) => Some(format!("{anchor}R{n}")),
        (None, Some(n)) => Some(format!("{anchor}L{n}")),
        (None, None) => None,
    }
}

/// The widths of the columns of a table with two sides.
pub(super) fn columns() -> Markup {
    html! { colgroup { col.no; col.sign; col; col.no; col.sign; col; } }
}

fn pairs(hunk: &Hunk, first: u32) -> Vec<(Option<Placed<'_>>, Option<Placed<'_>>)> {
    let mut pairs: Vec<(Option<Placed<'_>>, Option<Placed<'_>>)> =
        Vec::with_capacity(hunk.lines.len());
    // Where the added lines of the run that is being read go on.
    let mut beside = 0;
    for line in (first..).zip(&hunk.lines) {
        match line.1.kind {
            LineKind::Same => {
                pairs.push((Some(line), Some(line)));
                beside = pairs.len();
            }
            LineKind::Removed => pairs.push((Some(line), None)),
            LineKind::Added => match pairs.get_mut(beside) {
                Some(pair) => {
                    pair.1 = Some(line);
                    beside += 1;
                }
                None => {
                    pairs.push((None, Some(line)));
                    beside = pairs.len();
                }
            },
        }
    }
    pairs
}
