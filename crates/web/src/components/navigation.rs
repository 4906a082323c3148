use maud::{Markup, html};

use super::{Icon, icon};
use crate::{i18n::group, ui::Ui};

/// One page of several that stand side by side.
#[derive(Clone, Debug)]
pub struct Tab<'a> {
    /// Its name.
    pub label: &'a str,
    /// Its address.
    pub href: String,
    /// How many things it lists.
    pub count: Option<i64>,
    /// Is it this page?
    pub here: bool,
}

/// A row of tabs.
#[must_use]
pub fn tabs(label: &str, all: &[Tab<'_>]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            @for tab in all {
                a href=(tab.href) aria-current=[tab.here.then_some("page")] {
                    (tab.label)
                    @if let Some(count) = tab.count { (super::count(&group(count))) }
                }
            }
        }
    }
}

/// A way to narrow a list: its name, its answers, the address of each.
#[derive(Clone, Debug)]
pub struct Filter<'a> {
    /// What is asked.
    pub label: &'a str,
    /// The answers.
    pub choices: Vec<Choice>,
}

/// An answer of a [`Filter`].
#[derive(Clone, Debug)]
pub struct Choice {
    /// The words.
    pub label: String,
    /// The list with this answer (or without it, where it is chosen).
    pub href: String,
    /// How many entries it leaves.
    pub count: Option<i64>,
    /// Is it chosen?
    pub on: bool,
}

/// The filters of a list; the address carries what is chosen.
#[must_use]
pub fn filters(ui: &Ui, all: &[Filter<'_>], clear: Option<&str>, extra: &Markup) -> Markup {
    html! {
        div.chips {
            @for filter in all {
                @let chosen: Vec<&str> = filter.choices.iter().filter(|c| c.on).map(|c| c.label.as_str()).collect();
                details.menu {
                    summary class=(if chosen.is_empty() { "chip" } else { "chip on" }) {
                        @if chosen.is_empty() { (icon(Icon::Plus)) (filter.label) }
                        @else { (filter.label) b { (chosen.join(", ")) } (icon(Icon::Down)) }
                    }
                    div.panel {
                        @for choice in &filter.choices {
                            a.item href=(choice.href) aria-current=[choice.on.then_some("true")] {
                                @if choice.on { (icon(Icon::Check)) }
                                span.cut { (choice.label) }
                                @if let Some(count) = choice.count { span.n { (group(count)) } }
                            }
                        }
                    }
                }
            }
            (extra)
            @if let Some(clear) = clear { a.button.quiet.small href=(clear) { (icon(Icon::Cross)) (ui.t.action_clear()) } }
        }
    }
}

/// Where the page stands: `(words, address)`, the last one is here.
#[must_use]
pub fn breadcrumb(ui: &Ui, class: &str, steps: &[(String, String)]) -> Markup {
    html! {
        nav class={ "crumbs " (class) } aria-label=(if class == "path" { ui.t.nav_path() } else { ui.t.nav_breadcrumb() }) {
            ol {
                @for (place, (words, href)) in steps.iter().enumerate() {
                    li {
                        @if place + 1 == steps.len() { span.cut aria-current="page" { (words) } }
                        @else { a.cut href=(href) { (words) } }
                    }
                }
            }
        }
    }
}

/// The way to the pages before and after this one.
#[must_use]
pub fn pager(ui: &Ui, previous: Option<&str>, here: &str, next: Option<&str>) -> Markup {
    if previous.is_none() && next.is_none() {
        return Markup::default();
    }
    html! {
        nav.pager aria-label=(ui.t.nav_pages()) {
            a.button href=[previous] rel="prev" aria-disabled=[previous.is_none().then_some("true")] { (icon(Icon::Left)) (ui.t.action_previous()) }
            span.where { (here) }
            a.button href=[next] rel="next" aria-disabled=[next.is_none().then_some("true")] { (ui.t.action_next()) (icon(Icon::Right)) }
        }
    }
}

/// A button that opens a small panel; works without scripts.
#[must_use]
pub fn menu(class: &str, label: &Markup, name: Option<&str>, panel: &Markup) -> Markup {
    html! {
        details class={ "menu " (class) } {
            summary.button aria-label=[name] title=[name] { (label) }
            div.panel { (panel) }
        }
    }
}
