use maud::{Markup, PreEscaped, html};

use super::{Icon, badge, copy_button, icon};
use crate::{i18n::group, ui::Ui};

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
    /// The text as HTML ([`super::highlight`]).
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

/// What happened to one file.
#[derive(Clone, Debug)]
pub struct FileDiff {
    /// Its name now, or before it was removed.
    pub path: String,
    /// Its name before, where that differs.
    pub before: Option<String>,
    /// The word for what happened to it.
    pub state: &'static str,
    /// Lines added.
    pub added: u64,
    /// Lines removed.
    pub removed: u64,
    /// A sentence instead of hunks.
    pub instead: Option<String>,
    /// The hunks.
    pub hunks: Vec<Hunk>,
    /// Where the file as a whole can be read.
    pub href: Option<String>,
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
pub fn diff(ui: &Ui, files: &[FileDiff]) -> Markup {
    html! { div.stack.s12 { @for (place, file) in files.iter().enumerate() { (diff_file(ui, file, place)) } } }
}

/// One file of a change; `place` makes its anchors unique on the page.
#[must_use]
pub fn diff_file(ui: &Ui, file: &FileDiff, place: usize) -> Markup {
    html! {
        div.filewrap {
        details.filebox open id={ "file-" (place) } {
            summary {
                (icon(Icon::Right))
                span.path {
                    @if let Some(before) = &file.before { span.muted { (before) " \u{2192} " } }
                    (file.path)
                }
                (badge(file.state, None))
                span.grow {}
                (churn(file.added, file.removed))
            }
            @if let Some(instead) = &file.instead {
                p.said { (instead) }
            } @else {
                div.diff tabindex="0" role="group" aria-label=(file.path) {
                    table {
                        @for hunk in &file.hunks { (hunk_lines(ui, hunk, place)) }
                    }
                }
            }
        }
        @if let Some(href) = &file.href {
            a.button.quiet.small.icon-only href=(href) aria-label=(file.path) title=(file.path) { (icon(Icon::File)) }
        }
        }
    }
}

fn hunk_lines(ui: &Ui, hunk: &Hunk, file: usize) -> Markup {
    html! {
        tbody {
            tr.hunk { td colspan="4" { (hunk.header) } }
            @for line in &hunk.lines {
                @let (class, sign) = match line.kind {
                    LineKind::Same => ("", "\u{a0}"),
                    LineKind::Added => ("add", "+"),
                    LineKind::Removed => ("del", "\u{2212}"),
                };
                tr class=[(!class.is_empty()).then_some(class)] id=[line.new.map(|n| format!("f{file}-{n}"))] {
                    td.no { @if let Some(n) = line.old { span aria-label={ (ui.t.code_old_line()) " " (n) } { (n) } } }
                    td.no { @if let Some(n) = line.new { a href={ "#f" (file) "-" (n) } { (n) } } }
                    td.sign { (sign) }
                    td.tx { (PreEscaped(&line.html)) }
                }
            }
        }
    }
}

/// A path with a button that copies it.
#[must_use]
pub fn path_to_copy(ui: &Ui, path: &str) -> Markup {
    html! { span.line.tight { code { (path) } (copy_button(ui)) } }
}
