use maud::{Markup, html};

use super::{Icon, copy_field, icon};
use crate::ui::Ui;

/// A frame around one subject.
#[must_use]
pub fn card(title: &str, acts: Option<&Markup>, body: &Markup) -> Markup {
    html! {
        section.card {
            header { h2 { (title) } @if let Some(acts) = acts { div.acts { (acts) } } }
            div.body { (body) }
        }
    }
}

/// A frame whose content brings its own padding: rows, a table, code.
#[must_use]
pub fn card_flush(title: &str, acts: Option<&Markup>, body: &Markup) -> Markup {
    html! {
        section.card {
            header { h2 { (title) } @if let Some(acts) = acts { div.acts { (acts) } } }
            (body)
        }
    }
}

/// A frame without a title around rows, a table or code.
#[must_use]
pub fn sheet(body: &Markup) -> Markup {
    html! { div.card { (body) } }
}

/// One line of a list.
#[derive(Debug)]
pub struct Row<'a> {
    /// Shape before the title.
    pub lead: Markup,
    /// What it is.
    pub title: &'a str,
    /// Where it leads.
    pub href: &'a str,
    /// Badges after the title.
    pub signs: Markup,
    /// Quiet facts below it, each in an element of its own.
    pub meta: Markup,
    /// What stands at the end.
    pub side: Markup,
}

/// Draws a line of a list; `j`, `k` and `o` move through it.
#[must_use]
pub fn row(row: &Row<'_>) -> Markup {
    html! {
        div.row {
            div.lead { (row.lead) }
            div.title { a href=(row.href) data-row { (row.title) } (row.signs) }
            div.meta { (row.meta) }
            div.side { (row.side) }
        }
    }
}

/// A list of [`row`]s.
#[must_use]
pub fn rows(body: &Markup) -> Markup {
    html! { div.rows { (body) } }
}

/// A column of a [`table`].
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    /// Its name.
    pub label: &'a str,
    /// Holds numbers: stands at the end.
    pub number: bool,
}

impl<'a> Column<'a> {
    /// A column of words.
    #[must_use]
    pub const fn text(label: &'a str) -> Self {
        Self { label, number: false }
    }

    /// A column of numbers.
    #[must_use]
    pub const fn number(label: &'a str) -> Self {
        Self { label, number: true }
    }
}

/// A table; the caption is for those who cannot see what is around it.
#[must_use]
pub fn table(caption: &str, columns: &[Column<'_>], lines: &[Vec<Markup>]) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="group" aria-label=(caption) {
            table.table {
                thead { tr {
                    @for column in columns {
                        @if column.label.is_empty() { td {} }
                        @else { th scope="col" class=[column.number.then_some("n")] { (column.label) } }
                    }
                } }
                tbody {
                    @for line in lines {
                        tr {
                            @for (cell, column) in line.iter().zip(columns) {
                                td class=[column.number.then_some("n")] { (cell) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A [`table`] whose lines become blocks on narrow pages, each cell behind the
/// name of its column.
#[must_use]
pub fn folding(caption: &str, columns: &[Column<'_>], lines: &[Vec<Markup>]) -> Markup {
    html! {
        div.table-wrap.unfolds tabindex="0" role="group" aria-label=(caption) {
            table.table role="table" {
                thead role="rowgroup" { tr role="row" {
                    @for column in columns {
                        @if column.label.is_empty() { td role="cell" {} }
                        @else { th role="columnheader" scope="col" class=[column.number.then_some("n")] { (column.label) } }
                    }
                } }
                tbody role="rowgroup" {
                    @for line in lines {
                        tr role="row" {
                            @for (cell, column) in line.iter().zip(columns) {
                                td role="cell" class=[column.number.then_some("n")] data-name=[(!column.label.is_empty()).then_some(column.label)] { div { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A figure of an overview.
#[derive(Debug)]
pub struct Figure<'a> {
    /// What is counted.
    pub name: &'a str,
    /// The number, already in the locale's form.
    pub value: String,
    /// What changed, with `up` for worse and `down` for better.
    pub note: Option<(String, &'a str)>,
    /// Where the counted things are listed.
    pub href: Option<String>,
    /// Shape before the name.
    pub lead: Option<Markup>,
    /// A sparkline.
    pub spark: Option<Markup>,
}

/// At most six figures side by side.
#[must_use]
pub fn figures(all: &[Figure<'_>]) -> Markup {
    html! {
        div.figures {
            @for figure in all {
                @if let Some(href) = &figure.href {
                    a.figure href=(href) { (figure_inside(figure)) }
                } @else {
                    div.figure { (figure_inside(figure)) }
                }
            }
        }
    }
}

fn figure_inside(figure: &Figure<'_>) -> Markup {
    html! {
        span.name { @if let Some(lead) = &figure.lead { (lead) } (figure.name) }
        span.value { (figure.value) }
        @if let Some((note, direction)) = &figure.note { span class={ "note " (direction) } { (note) } }
        @if let Some(spark) = &figure.spark { (spark) }
    }
}

/// Names and values, one below the other.
#[must_use]
pub fn facts(wide: bool, pairs: &[(&str, Markup)]) -> Markup {
    html! {
        dl class=(if wide { "facts wide" } else { "facts" }) {
            @for (name, value) in pairs { div { dt { (name) } dd { (value) } } }
        }
    }
}

/// One thing that happened.
#[derive(Debug)]
pub struct Moment {
    /// Shape.
    pub icon: Icon,
    /// Class of the colour ([`super::Tone::class`]).
    pub tone: &'static str,
    /// What happened, with its time.
    pub said: Markup,
    /// Words somebody left.
    pub note: Option<String>,
}

/// What happened, in order.
#[must_use]
pub fn timeline(moments: &[Moment]) -> Markup {
    html! {
        ol.timeline {
            @for moment in moments {
                li {
                    span class={ "dot " (moment.tone) } { (icon(moment.icon)) }
                    div.said {
                        (moment.said)
                        @if let Some(note) = &moment.note { p.note { (note) } }
                    }
                }
            }
        }
    }
}

/// A step of an [`empty`] page: a sentence and a command to copy.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// What the command does.
    pub label: &'a str,
    /// The command, with the real address in it.
    pub command: &'a str,
}

/// Nothing is here yet: what it is for and the one next step.
#[must_use]
pub fn empty(
    ui: &Ui,
    picture: Icon,
    title: &str,
    about: &str,
    acts: &Markup,
    steps: &[Step<'_>],
) -> Markup {
    html! {
        div.empty {
            (icon(picture))
            h2 { (title) }
            p { (about) }
            div.acts { (acts) }
            @if !steps.is_empty() {
                div.steps {
                    @for step in steps {
                        div { span.small.muted { (step.label) } (copy_field(ui, step.command)) }
                    }
                }
            }
        }
    }
}

/// A question or a help in front of the page; opened by a script with its id.
#[must_use]
pub fn dialog(ui: &Ui, id: &str, title: &str, body: &Markup) -> Markup {
    html! {
        dialog.dialog id=(id) aria-labelledby={ (id) "-title" } {
            header {
                h2 id={ (id) "-title" } { (title) }
                form method="dialog" {
                    button.button.quiet.small.icon-only aria-label=(ui.t.nav_close()) title=(ui.t.nav_close()) { (icon(Icon::Cross)) }
                }
            }
            div.body { (body) }
        }
    }
}

/// An entry of a folder.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// What stands behind the name.
    pub note: String,
    /// Where it leads, if it does.
    pub href: Option<String>,
    /// Folder or file.
    pub icon: Icon,
    /// The last commit that touched it: subject, address, time.
    pub last: Option<(String, String, Markup)>,
    /// What stands at the end when there is no commit (a size).
    pub end: String,
}

/// The entries of a folder.
#[must_use]
pub fn tree(label: &str, entries: &[Entry]) -> Markup {
    html! {
        div.tree role="list" aria-label=(label) {
            @for entry in entries {
                div role="listitem" class=(if entry.last.is_some() { "entry" } else { "entry plain" }) {
                    @let inside = html! {
                        (super::icon_with(entry.icon, if entry.icon == Icon::Folder { "folder" } else { "file" }))
                        span.cut title=(entry.name) { (entry.name) }
                        @if !entry.note.is_empty() { span.cut.muted.small.mono { (entry.note) } }
                    };
                    @if let Some(href) = &entry.href { a.what href=(href) data-row { (inside) } } @else { span.what { (inside) } }
                    @if let Some((subject, href, when)) = &entry.last {
                        span.said.cut { a href=(href) title=(subject) { (subject) } }
                        span.when { (when) }
                    } @else {
                        span.when { (entry.end) }
                    }
                }
            }
        }
    }
}
