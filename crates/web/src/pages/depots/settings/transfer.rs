//! Another project for a depot.

use axum::extract::Path;
use base::{Administer, Error, PageRequest, Write};
use maud::{Markup, html};
use projects::{ProjectFilter, ProjectKey};

use super::{super::frame::at, Seen, Sent, general, group, manage};
use crate::{
    components::{Button, Field},
    request::{Answer, Fault, Fields, Visit, link},
    response,
};

/// Projects that are suggested.
const SUGGESTED: u64 = 100;

/// The form, for the page of the settings.
pub(super) async fn form(visit: &Visit, seen: &Seen, sent: &Sent) -> Result<Markup, Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let page = PageRequest::first(SUGGESTED);
    let known = projects::list(&visit.call, &ProjectFilter::default(), page).await?.items;
    let own = seen.at.depot.project;
    let names: Vec<String> =
        known.into_iter().filter(|it| it.id != own).map(|it| it.name).collect();
    let (fields, faults) = sent.of("transfer", &[]);
    let body = html! {
        form.form method="post" action=(seen.to("/transfer")) {
            (sent.banner(visit, "transfer"))
            (Field::new(ui, "target", t.general_transfer_target()).value(fields.one("target")).hint(t.general_transfer_hint()).mono().suggestions(&names).fault(faults.get("target")))
            div.acts { (Button::submit(t.general_transfer())) }
        }
    };
    Ok(group("transfer", t.general_transfer_group(), t.general_transfer_about(), &body))
}

pub(super) async fn send(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    let done = match fields.one("target") {
        "" => Err(Error::missing("target")),
        name => match projects::authorise::<Write>(&visit.call, ProjectKey::Name(name)).await {
            Ok(target) => depots::transfer(&visit.call, &granted, &target).await,
            Err(error) => Err(error),
        },
    };
    match done {
        // Its settings may be out of reach there.
        Ok(moved) => {
            Ok(response::see_other(&link(&["p", &moved.project_name, "d", &moved.name], "")))
        }
        Err(error) => {
            let sent = Sent::back(&visit, "transfer", fields, error, &["target"])?;
            let seen = manage(&visit, &project, &depot).await?;
            general::draw(&visit, &seen, &sent).await
        }
    }
}
