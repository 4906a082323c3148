use maud::html;
use projects::NewProject;

use crate::{
    components::{Button, Field, Weight},
    layout::{Head, head},
    request::{Answer, Faults, Fields, Place, Visit, link},
    response,
};

pub(super) async fn show(visit: Visit) -> Answer {
    visit.call.actor.user()?;
    form(&visit, &Fields::default(), &Faults::default()).await
}

pub(super) async fn create(visit: Visit, fields: Fields) -> Answer {
    visit.call.actor.user()?;
    let new = NewProject {
        name: fields.one("name").to_owned(),
        display_name: fields.one("display_name").to_owned(),
        description: fields.one("description").to_owned(),
        ..NewProject::default()
    };
    match projects::create(&visit.call, new).await {
        Ok(project) => Ok(response::see_other(&link(&["p", &project.name], ""))),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &["name", "display_name", "description"])?;
            form(&visit, &fields, &faults).await
        }
    }
}

async fn form(visit: &Visit, fields: &Fields, faults: &Faults) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let top = Head {
        title: t.nav_create_project().to_owned(),
        meta: html! { span { (t.project_about()) } },
        ..Head::default()
    };
    let body = html! {
        div.column {
            (head(&top))
            div.card { div.body { form.form method="post" {
                (faults.banner(ui))
                (Field::new(ui, "name", t.project_slug()).value(fields.one("name")).hint(t.project_slug_hint()).prefix("/p/").mono().first().fault(faults.get("name")))
                (Field::new(ui, "display_name", t.project_display()).value(fields.one("display_name")).optional().fault(faults.get("display_name")))
                (Field::new(ui, "description", t.project_description()).value(fields.one("description")).area(3).optional().fault(faults.get("description")))
                div.acts {
                    (Button::submit(t.action_create()).weight(Weight::Primary))
                    (Button::link(t.action_cancel(), "/").weight(Weight::Quiet))
                }
            } } }
        }
    };
    visit
        .show(
            Place {
                title: t.nav_create_project(),
                status: Some(faults.status()),
                ..Place::default()
            },
            body,
        )
        .await
}
