use std::collections::BTreeMap;

use maud::{Markup, html};

use super::anchor;
use crate::ui::Ui;

/// What is said at the lines of a file's difference.
///
/// A line is named by its place in the difference: the one below the first
/// header is 1, and every further line counts, the headers of later hunks too.
#[derive(Clone, Debug)]
pub struct Talk {
    /// The page that answers the file with a form at the line in `line`; where
    /// nobody is to say more, nothing.
    pub action: Option<String>,
    /// What that page is asked besides: names and values.
    pub asked: Vec<(&'static str, String)>,
    /// What is said, by place.
    pub said: BTreeMap<u32, Vec<Markup>>,
    /// The place at which more is being said, and the form for it.
    pub form: Option<(u32, Markup)>,
}

impl Talk {
    /// How many comments there are.
    pub(super) fn count(&self) -> usize {
        self.said.values().map(Vec::len).sum()
    }

    /// The form that the buttons of [`button`] belong to; they stand in a
    /// table, where it cannot be around them.
    pub(super) fn asking(&self, path: &str) -> Markup {
        html! {
            @if let Some(action) = &self.action {
                form id=(form_id(path)) action={ (action) "#say" } data-path=(path) {
                    @for (name, value) in &self.asked { input type="hidden" name=(name) value=(value); }
                }
            }
        }
    }

    /// What stands below a line.
    fn at(&self, place: u32) -> Option<Markup> {
        let said = self.said.get(&place);
        let form = self.form.as_ref().filter(|(at, _)| *at == place);
        (said.is_some() || form.is_some()).then(|| {
            html! {
                @for comment in said.into_iter().flatten() { (comment) }
                @if let Some((_, form)) = form { (form) }
            }
        })
    }

    /// What is said at places that the difference, which ends before `end`,
    /// does not have.
    pub(super) fn beyond(&self, end: u32) -> Markup {
        html! {
            @if self.said.range(end..).next().is_some() {
                div.thread { @for comment in self.said.range(end..).flat_map(|(_, said)| said) { (comment) } }
            }
        }
    }
}

fn form_id(path: &str) -> String {
    format!("{}-say", anchor(path))
}

/// Where a row stands and what may be said at it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Talking<'a> {
    pub(super) talk: Option<&'a Talk>,
    pub(super) path: &'a str,
}

impl Talking<'_> {
    /// The button that opens a form at the line; it is seen where the pointer
    /// is and on the line that the address names.
    pub(super) fn button(self, ui: &Ui, place: u32) -> Markup {
        html! {
            @if self.talk.is_some_and(|talk| talk.action.is_some()) {
                button.say form=(form_id(self.path)) name="line" value=(place) aria-label=(ui.t.said_at(place)) { "+" }
            }
        }
    }

    /// The row with what is said at a line.
    pub(super) fn row(self, columns: u8, place: u32) -> Markup {
        html! {
            @if let Some(said) = self.talk.and_then(|talk| talk.at(place)) {
                tr.talk { td colspan=(columns) { div.thread { (said) } } }
            }
        }
    }
}
