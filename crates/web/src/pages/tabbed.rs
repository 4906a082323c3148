use maud::{Markup, html};

use crate::{
    components::{Tab, tabs},
    layout::{Head, head},
    request::{Answer, Place, Visit},
};

/// One page of several that stand side by side under one title.
pub(super) struct Tabbed<'a, P> {
    /// The title they share.
    pub(super) title: &'a str,
    /// One line of facts below it.
    pub(super) meta: Markup,
    /// Buttons of this page.
    pub(super) acts: Markup,
    /// All of them: which one, its name, its address.
    pub(super) all: &'a [(P, &'a str, &'a str)],
    /// Which one this is.
    pub(super) here: P,
    /// The answer's status.
    pub(super) status: http::StatusCode,
}

impl<P: PartialEq> Tabbed<'_, P> {
    /// Draws the page with its content.
    pub(super) async fn show(self, visit: &Visit, body: &Markup) -> Answer {
        let row: Vec<Tab<'_>> = self
            .all
            .iter()
            .map(|(place, label, href)| Tab {
                label,
                href: (*href).to_owned(),
                count: None,
                here: *place == self.here,
            })
            .collect();
        let top = Head {
            title: self.title.to_owned(),
            meta: self.meta,
            acts: self.acts,
            ..Head::default()
        };
        let body = html! { (head(&top)) div.stack { (tabs(self.title, &row)) (body) } };
        let place = Place { title: self.title, status: Some(self.status), ..Place::default() };
        visit.show(place, body).await
    }
}
