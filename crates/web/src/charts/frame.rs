use maud::{Markup, html};

use crate::{
    components::{Column, Icon, folding, icon},
    ui::Ui,
};

/// What stands around every picture: its title, a sentence about it, and its
/// numbers.
#[derive(Debug)]
pub struct Frame<'a> {
    /// What it shows, in words.
    pub title: &'a str,
    /// What one sees in it; also its description for those who do not see it.
    pub about: &'a str,
}

impl Frame<'_> {
    pub(super) fn around(
        &self,
        ui: &Ui,
        picture: &Markup,
        columns: &[Column<'_>],
        lines: &[Vec<Markup>],
    ) -> Markup {
        html! {
            figure.chart {
                figcaption { b { (self.title) } @if !self.about.is_empty() { span { (self.about) } } }
                (picture)
                details.data {
                    summary { (icon(Icon::List)) (ui.t.action_show_table()) }
                    (folding(self.title, columns, lines))
                }
            }
        }
    }
}
