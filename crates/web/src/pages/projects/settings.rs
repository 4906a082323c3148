use axum::extract::Path;
use base::Administer;
use maud::html;
use projects::ProjectChange;

use crate::{
    components::{Button, Field, Icon, Weight, card},
    layout::{Head, Section, head},
    request::{Answer, Faults, Fields, Place, Visit, link},
    response,
};

pub(super) async fn show(visit: Visit, Path(slug): Path<String>) -> Answer {
    let project = visit.project::<Administer>(&slug).await?;
    let fields = Fields::of(&[
        ("name", &project.name),
        ("display_name", &project.display_name),
        ("description", &project.description),
        ("start_date", project.start_date.as_deref().unwrap_or_default()),
        ("end_date", project.end_date.as_deref().unwrap_or_default()),
    ]);
    form(&visit, &slug, &fields, &Faults::default()).await
}

async fn form(visit: &Visit, slug: &str, fields: &Fields, faults: &Faults) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let project = visit.project::<Administer>(slug).await?;
    let nav = visit.nav(&project).await?;
    let base = link(&["p", slug, "settings"], "");
    let main = html! {
        form.form method="post" action=(base) {
            (faults.banner(ui))
            (Field::new(ui, "display_name", t.project_display()).value(fields.one("display_name")).fault(faults.get("display_name")))
            (Field::new(ui, "description", t.project_description()).value(fields.one("description")).area(3).optional().fault(faults.get("description")))
            div.pair {
                (Field::new(ui, "start_date", t.project_start()).kind("date").value(fields.one("start_date")).optional().fault(faults.get("start_date")))
                (Field::new(ui, "end_date", t.project_end()).kind("date").value(fields.one("end_date")).optional().fault(faults.get("end_date")))
            }
            (Field::new(ui, "name", t.project_slug()).value(fields.one("name")).hint(t.project_rename_hint()).prefix("/p/").mono().fault(faults.get("name")))
            div.acts { (Button::submit(t.action_save()).weight(Weight::Primary)) }
        }
    };
    let delete = html! {
        form.form method="post" action={ (base) "/delete" } {
            p { (t.project_delete_about()) }
            (Field::new(ui, "confirm", &t.confirm_by_name(slug)).mono().fault(faults.get("confirm")))
            div.acts { (Button::submit(t.project_delete()).weight(Weight::Danger).icon(Icon::Trash)) }
        }
    };
    let top = Head { title: t.nav_settings().to_owned(), ..Head::default() };
    let body = html! {
        div.column.stack {
            (head(&top))
            (card(t.project_general(), None, &main))
            section.card.danger { header { h2 { (t.project_delete()) } } div.body { (delete) } }
        }
    };
    visit
        .show(
            Place {
                title: t.nav_settings(),
                project: Some(&nav),
                section: Section::Settings,
                status: Some(faults.status()),
                ..Place::default()
            },
            body,
        )
        .await
}

pub(super) async fn save(visit: Visit, Path(slug): Path<String>, fields: Fields) -> Answer {
    let project = visit.project::<Administer>(&slug).await?;
    let change = ProjectChange {
        name: Some(fields.one("name").to_owned()),
        display_name: Some(fields.one("display_name").to_owned()),
        description: Some(fields.one("description").to_owned()),
        start_date: Some(fields.one("start_date").to_owned()),
        end_date: Some(fields.one("end_date").to_owned()),
    };
    match projects::modify(&visit.call, &project, change).await {
        Ok(project) => Ok(response::see_other(&link(&["p", &project.name, "settings"], ""))),
        Err(error) => {
            let names = ["name", "display_name", "description", "start_date", "end_date"];
            let faults = Faults::of(&visit.ui, error, &names)?;
            form(&visit, &slug, &fields, &faults).await
        }
    }
}

pub(super) async fn delete(visit: Visit, Path(slug): Path<String>, fields: Fields) -> Answer {
    let project = visit.project::<Administer>(&slug).await?;
    if fields.one("confirm") != slug {
        let kept = Fields::of(&[
            ("name", &project.name),
            ("display_name", &project.display_name),
            ("description", &project.description),
        ]);
        return form(&visit, &slug, &kept, &Faults::field("confirm", visit.ui.t.confirm_differs()))
            .await;
    }
    depots::delete_project(&visit.call, project).await?;
    Ok(response::see_other("/"))
}
