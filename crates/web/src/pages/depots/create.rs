use axum::extract::Path;
use base::Write;
use depots::{InitialFiles, NewDepot};
use maud::html;

use crate::{
    components::{Answer as Choice, Button, Field, Weight, radios, switch},
    layout::{Head, Section, head},
    request::{Answer, Faults, Fields, Place, Visit, link},
    response,
};

pub(super) async fn show(visit: Visit, Path(slug): Path<String>) -> Answer {
    form(&visit, &slug, &Fields::of(&[("default_branch", "main")]), &Faults::default()).await
}

pub(super) async fn create(visit: Visit, Path(slug): Path<String>, fields: Fields) -> Answer {
    let project = visit.project::<Write>(&slug).await?;
    let new = NewDepot {
        name: fields.one("name").to_owned(),
        description: fields.one("description").to_owned(),
        shared: fields.one("shared") == "team",
        default_branch: fields.one("default_branch").to_owned(),
        files: if fields.on("readme") { InitialFiles::Readme } else { InitialFiles::None },
    };
    match depots::create(&visit.call, &project, new).await {
        Ok(depot) => Ok(response::see_other(&link(&["p", &slug, "d", &depot.name], ""))),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &["name", "description", "default_branch"])?;
            form(&visit, &slug, &fields, &faults).await
        }
    }
}

async fn form(visit: &Visit, slug: &str, fields: &Fields, faults: &Faults) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let project = visit.project::<Write>(slug).await?;
    let nav = visit.nav(&project).await?;
    let shared = if fields.on("shared") { fields.one("shared") } else { "project" };
    let top = Head {
        title: t.nav_create_depot().to_owned(),
        meta: html! { span { (t.depot_about()) } },
        ..Head::default()
    };
    let body = html! {
        div.column {
            (head(&top))
            div.card { div.body { form.form method="post" {
                (faults.banner(ui))
                (Field::new(ui, "name", t.depot_name()).value(fields.one("name")).hint(t.depot_name_hint()).prefix(&format!("{slug}/")).mono().first().fault(faults.get("name")))
                (Field::new(ui, "description", t.project_description()).value(fields.one("description")).optional().fault(faults.get("description")))
                (radios("shared", t.depot_who(), &visibility(visit), shared))
                (Field::new(ui, "default_branch", t.depot_default_branch()).value(fields.one("default_branch")).mono().fault(faults.get("default_branch")))
                (switch("readme", t.depot_readme(), Some(t.depot_readme_hint()), fields.on("readme")))
                div.acts {
                    (Button::submit(t.action_create()).weight(Weight::Primary))
                    (Button::link(t.action_cancel(), &link(&["p", slug, "depots"], "")).weight(Weight::Quiet))
                }
            } } }
        }
    };
    visit
        .show(
            Place {
                title: t.nav_create_depot(),
                project: Some(&nav),
                section: Section::Code,
                status: Some(faults.status()),
                ..Place::default()
            },
            body,
        )
        .await
}

/// Who may read a depot.
pub(super) fn visibility(visit: &Visit) -> [Choice<'static>; 2] {
    let t = visit.ui.t;
    [
        Choice { value: "project", label: t.depot_private(), hint: Some(t.depot_private_about()) },
        Choice { value: "team", label: t.depot_shared(), hint: Some(t.depot_shared_about()) },
    ]
}
