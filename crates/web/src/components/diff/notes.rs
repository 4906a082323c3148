use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::ui::Ui;

/// What is known of the new lines of a file's difference, by their number in the
/// newer file.
#[derive(Clone, Debug, Default)]
pub struct LineNotes {
    /// Whether tests have run a line that can be run.
    pub runs: BTreeMap<u32, bool>,
    /// What stands below a line.
    pub said: BTreeMap<u32, Vec<Markup>>,
}

impl LineNotes {
    /// The class of the cell with a line's number.
    pub(super) fn class(&self, line: Option<u32>) -> &'static str {
        match line.and_then(|line| self.runs.get(&line)) {
            Some(true) => "ran",
            Some(false) => "missed",
            None => "",
        }
    }

    /// The same in words, for those who do not see it.
    pub(super) fn words(&self, ui: &Ui, line: Option<u32>) -> Option<&'static str> {
        let run = line.and_then(|line| self.runs.get(&line))?;
        Some(if *run { ui.t.known_ran() } else { ui.t.known_missed() })
    }

    /// The row below a line.
    pub(super) fn row(&self, columns: u8, line: Option<u32>) -> Markup {
        html! {
            @if let Some(said) = line.and_then(|line| self.said.get(&line)) {
                tr.talk.known { td colspan=(columns) { div.thread { @for one in said { (one) } } } }
            }
        }
    }

    /// How much is said.
    pub(super) fn count(&self) -> usize {
        self.said.values().map(Vec::len).sum()
    }
}
