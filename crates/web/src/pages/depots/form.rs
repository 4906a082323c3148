//! What the forms that make or change a depot have in common.

use axum::{body::Body, http::Response};
use base::{Error, Write};
use depots::{Depot, NewDepot};
use maud::{Markup, html};

use crate::{
    components::{Answer as Choice, Button, Weight, radios},
    layout::{Head, Section, head},
    request::{Answer, Fault, Faults, Fields, Place, Visit, link},
    response,
};

/// The page of a form that makes a depot.
pub(super) struct Sheet<'a> {
    pub(super) title: &'a str,
    pub(super) about: &'a str,
    pub(super) send: Button<'a>,
}

impl Sheet<'_> {
    /// Draws it around its fields, for whoever may write in the project.
    pub(super) async fn show(
        self,
        visit: &Visit,
        slug: &str,
        faults: &Faults,
        fields: &Markup,
    ) -> Answer {
        let project = visit.project::<Write>(slug).await?;
        let nav = visit.nav(&project).await?;
        let top = Head {
            title: self.title.to_owned(),
            meta: html! { span { (self.about) } },
            ..Head::default()
        };
        let back = link(&["p", slug, "depots"], "");
        let body = html! {
            div.column {
                (head(&top))
                div.card { div.body { form.form method="post" {
                    (faults.banner(&visit.ui))
                    (fields)
                    div.acts {
                        (self.send)
                        (Button::link(visit.ui.t.action_cancel(), &back).weight(Weight::Quiet))
                    }
                } } }
            }
        };
        let place = Place {
            title: self.title,
            project: Some(&nav),
            section: Section::Code,
            status: Some(faults.status()),
            ..Place::default()
        };
        visit.show(place, body).await
    }
}

/// The depot that the fields describe.
pub(super) fn asked_for(fields: &Fields, name: &str) -> NewDepot {
    NewDepot {
        description: fields.one("description").to_owned(),
        shared: fields.one("shared") == "team",
        ..NewDepot::named(name)
    }
}

/// The way on after a form was sent: to the depot, or back to the form with
/// what is wrong in it.
///
/// # Errors
/// The error, when the form is not to blame.
pub(super) fn answer(
    visit: &Visit,
    slug: &str,
    made: Result<Depot, Error>,
) -> Result<Result<Response<Body>, Faults>, Fault> {
    match made {
        Ok(depot) => Ok(Ok(response::see_other(&link(&["p", slug, "d", &depot.name], "")))),
        Err(error) => {
            let fields = [
                "url",
                "name",
                "description",
                "default_branch",
                "licence",
                "ignore",
                "template",
                "like",
            ];
            Faults::of(&visit.ui, error, &fields).map(Err)
        }
    }
}

/// The question who may read a depot; its project alone where nothing is said.
pub(super) fn who_reads(visit: &Visit, chosen: &str) -> Markup {
    let t = visit.ui.t;
    let all = [
        Choice { value: "project", label: t.depot_private(), hint: Some(t.depot_private_about()) },
        Choice { value: "team", label: t.depot_shared(), hint: Some(t.depot_shared_about()) },
    ];
    radios("shared", t.depot_who(), &all, if chosen.is_empty() { "project" } else { chosen })
}
