//! What changed in files: boxes that close, line by line or side by side.

mod marks;
mod notes;
mod rows;
mod talk;

use maud::{Markup, html};

use super::{Icon, badge, copy_button, icon, icon_named};
use crate::{i18n::group, ui::Ui};

pub use marks::mark;
pub use notes::LineNotes;
use rows::Sheet;
pub use talk::Talk;
use talk::Talking;

/// What happened to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// On both sides.
    Same,
    /// Only on the new side.
    Added,
    /// Only on the old side.
    Removed,
}

/// A line of a hunk.
#[derive(Clone, Debug)]
pub struct Line {
    /// What happened to it.
    pub kind: LineKind,
    /// Its number on the old side.
    pub old: Option<u32>,
    /// Its number on the new side.
    pub new: Option<u32>,
    /// The text as HTML ([`super::highlight`], [`mark`]).
    pub html: String,
}

/// Lines that changed together.
#[derive(Clone, Debug)]
pub struct Hunk {
    /// The line that starts with `@@`.
    pub header: String,
    /// What it shows.
    pub lines: Vec<Line>,
}

/// A picture before and after.
#[derive(Clone, Debug)]
pub struct Pictures {
    /// Where the old one is, if there was one.
    pub old: Option<String>,
    /// Where the new one is, if there is one.
    pub new: Option<String>,
}

/// What is shown inside the box of a file.
#[derive(Clone, Debug)]
pub enum Inside {
    /// The lines that changed.
    Hunks(Vec<Hunk>),
    /// A sentence instead.
    Said(String),
    /// The pictures that the file was and is.
    Pictures(Pictures),
    /// Nothing yet; the address answers the lines as a part, or as a page of its own.
    Later {
        /// Where they are.
        href: String,
        /// Why they are not here.
        why: &'static str,
        /// Asked for when one comes near, not only when the box is opened.
        near: bool,
    },
}

/// What happened to one file.
#[derive(Clone, Debug)]
pub struct FileDiff {
    /// Its name now, or before it was removed.
    pub path: String,
    /// Its name before, where that differs.
    pub before: Option<String>,
    /// The word for what happened to it.
    pub state: &'static str,
    /// Lines added and removed, where they were counted.
    pub churn: Option<(u64, u64)>,
    /// The difference.
    pub inside: Inside,
    /// Where the file as a whole can be read.
    pub href: Option<String>,
    /// What is said at its lines, where that is of interest.
    pub talk: Option<Talk>,
    /// What is known of its new lines.
    pub notes: LineNotes,
}

impl FileDiff {
    /// The name of its box on the page; the same for the same path.
    #[must_use]
    pub fn anchor(&self) -> String {
        anchor(&self.path)
    }
}

/// How differences are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// One column.
    #[default]
    Unified,
    /// Old and new beside each other.
    Split,
}

/// The name of the box of a path (FNV-1a: it only tells files of one page apart).
#[must_use]
pub fn anchor(path: &str) -> String {
    let hash = path.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("d-{:012x}", hash & 0xffff_ffff_ffff)
}

/// `+12 −3`.
#[must_use]
pub fn churn(added: u64, removed: u64) -> Markup {
    let number = |n: u64| group(i64::try_from(n).unwrap_or(i64::MAX));
    html! {
        span.churn {
            span.plus { "+" (number(added)) }
            span.minus { "\u{2212}" (number(removed)) }
        }
    }
}

/// All files of a change, each in a box that closes.
#[must_use]
pub fn diff(ui: &Ui, view: View, files: &[FileDiff]) -> Markup {
    html! { div.stack.s12 { @for file in files { (diff_file(ui, view, file)) } } }
}

/// One file of a change.
#[must_use]
pub fn diff_file(ui: &Ui, view: View, file: &FileDiff) -> Markup {
    let anchor = file.anchor();
    let (later, open) = match &file.inside {
        Inside::Later { href, near, .. } => (Some((href, *near)), false),
        // One sentence about what cannot be shown is folded away.
        Inside::Said(_) => (None, false),
        Inside::Hunks(_) | Inside::Pictures(_) => (None, true),
    };
    html! {
        div.filewrap {
        details.filebox open[open] id=(anchor) data-load=[later.map(|(href, _)| href)] data-near=[later.filter(|(_, near)| *near).map(|_| "")] {
            summary {
                (icon(Icon::Right))
                span.path {
                    @if let Some(before) = &file.before { span.muted { (before) " \u{2192} " } }
                    (file.path)
                }
                (badge(file.state, None))
                span.grow {}
                @if let Some(said) = file.talk.as_ref().map(Talk::count).filter(|said| *said > 0) {
                    span.line.tight.small.muted title=(ui.t.said_count(said)) { (icon_named(Icon::Comment, ui.t.said_comments())) (said) }
                }
                @if file.notes.count() > 0 {
                    span.line.tight.small.muted title=(ui.t.known_findings(file.notes.count())) { (icon_named(Icon::Warning, ui.t.known_here())) (file.notes.count()) }
                }
                @if let Some((added, removed)) = file.churn.filter(|churn| *churn != (0, 0)) { (churn(added, removed)) }
            }
            (inside(ui, view, file, &anchor))
        }
        @if let Some(href) = &file.href {
            a.button.quiet.small.icon-only href=(href) aria-label=(file.path) title=(file.path) { (icon(Icon::File)) }
        }
        }
    }
}

/// What stands in the box of a file: what is asked for later answers this.
#[must_use]
pub fn diff_inside(ui: &Ui, view: View, file: &FileDiff) -> Markup {
    inside(ui, view, file, &file.anchor())
}

fn inside(ui: &Ui, view: View, file: &FileDiff, anchor: &str) -> Markup {
    let talk = file.talk.as_ref();
    // What is said at lines that are not drawn stands below.
    let rest = |end| talk.map(|talk| talk.beyond(end)).unwrap_or_default();
    match &file.inside {
        Inside::Said(said) => html! { p.said { (said) } (rest(0)) },
        Inside::Pictures(pictures) => html! {
            div.beside {
                @for (address, words) in [(&pictures.old, ui.t.diff_before()), (&pictures.new, ui.t.diff_after())] {
                    @if let Some(address) = address { div { p.place { (words) } div.picture { img src=(address) alt={ (file.path) ", " (words) } loading="lazy"; } } }
                }
            }
            (rest(0))
        },
        Inside::Later { href, why, .. } => {
            html! { p.said data-slot { (why) " " a href={ (href) "#" (anchor) } { (ui.t.diff_show()) } } }
        }
        Inside::Hunks(hunks) => {
            let talking = Talking { talk, path: &file.path };
            let sheet = Sheet { ui, anchor, talking, notes: &file.notes };
            let (placed, end) = placed(hunks);
            html! {
                @if let Some(talk) = talk { (talk.asking(&file.path)) }
                div.diff tabindex="0" role="group" aria-label=(file.path) {
                    @match view {
                        View::Unified => { table { @for (hunk, first) in placed { (sheet.unified(hunk, first)) } } }
                        View::Split => { table.sides { (rows::columns()) @for (hunk, first) in placed { (sheet.split(hunk, first)) } } }
                    }
                }
                (rest(end))
            }
        }
    }
}

/// The hunks with the places of their first lines, and the place after the
/// last line.
fn placed(hunks: &[Hunk]) -> (Vec<(&Hunk, u32)>, u32) {
    let mut next = 1_u32;
    let placed = hunks
        .iter()
        .map(|hunk| {
            let first = next;
            next = first.saturating_add(u32::try_from(hunk.lines.len() + 1).unwrap_or(u32::MAX));
            (hunk, first)
        })
        .collect();
    // The header of a hunk that does not come.
    (placed, next.saturating_sub(1).max(1))
}

/// A path with a button that copies it.
#[must_use]
pub fn path_to_copy(ui: &Ui, path: &str) -> Markup {
    html! { span.line.tight { code { (path) } (copy_button(ui)) } }
}
