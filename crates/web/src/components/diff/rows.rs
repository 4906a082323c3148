use maud::{Markup, PreEscaped, html};

use super::{Hunk, Line, LineKind};
use crate::ui::Ui;

const fn look(kind: LineKind) -> (Option<&'static str>, &'static str) {
    match kind {
        LineKind::Same => (None, "\u{a0}"),
        LineKind::Added => (Some("add"), "+"),
        LineKind::Removed => (Some("del"), "\u{2212}"),
    }
}

/// The number of a line as a link to it. `side` is `L` for the old one.
fn number(ui: &Ui, anchor: &str, side: char, line: Option<u32>) -> Markup {
    let words = if side == 'L' { ui.t.code_old_line() } else { ui.t.code_new_line() };
    html! {
        @if let Some(n) = line { a href={ "#" (anchor) (side) (n) } aria-label={ (words) " " (n) } data-n=(n) {} }
    }
}

/// A hunk line by line.
pub(super) fn unified(ui: &Ui, hunk: &Hunk, anchor: &str) -> Markup {
    html! {
        tbody {
            tr.hunk { td colspan="4" { (hunk.header) } }
            @for line in &hunk.lines {
                @let (class, sign) = look(line.kind);
                tr class=[class] id=[place(anchor, line)] {
                    td.no { (number(ui, anchor, 'L', line.old)) }
                    td.no { (number(ui, anchor, 'R', line.new)) }
                    td.sign { (sign) }
                    td.tx { (PreEscaped(&line.html)) }
                }
            }
        }
    }
}

fn place(anchor: &str, line: &Line) -> Option<String> {
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

/// A hunk side by side: what was removed stands beside what was added in its place.
pub(super) fn split(ui: &Ui, hunk: &Hunk, anchor: &str) -> Markup {
    let mut pairs: Vec<(Option<&Line>, Option<&Line>)> = Vec::with_capacity(hunk.lines.len());
    // Where the added lines of the run that is being read go on.
    let mut beside = 0;
    for line in &hunk.lines {
        match line.kind {
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
    html! {
        tbody {
            tr.hunk { td colspan="6" { (hunk.header) } }
            @for (old, new) in pairs {
                tr id=[new.or(old).and_then(|line| place(anchor, line))] {
                    (half(ui, anchor, 'L', old, old.and_then(|line| line.old)))
                    (half(ui, anchor, 'R', new, new.and_then(|line| line.new)))
                }
            }
        }
    }
}

fn half(ui: &Ui, anchor: &str, side: char, line: Option<&Line>, n: Option<u32>) -> Markup {
    let Some(line) = line else {
        return html! { td.void colspan="3" {} };
    };
    let (class, sign) = look(line.kind);
    let class = class.unwrap_or_default();
    html! {
        td class={ "no " (class) } { (number(ui, anchor, side, n)) }
        td class={ "sign " (class) } { (sign) }
        td class={ "tx " (class) } { (PreEscaped(&line.html)) }
    }
}
