use axum::extract::Path;
use base::Administer;
use depots::DepotChange;
use maud::html;

use super::{
    super::{form::who_reads, frame::at},
    Page,
};
use crate::{
    components::{Button, Field, Icon, Weight, card},
    request::{Answer, Faults, Fields, Visit, blocking, link},
    response,
};

pub(super) async fn show(visit: Visit, Path((project, depot)): Path<(String, String)>) -> Answer {
    let found = at::<Administer>(&visit, &project, &depot).await?.depot;
    let fields = Fields::of(&[
        ("name", &found.name),
        ("description", &found.description),
        ("shared", if found.shared { "team" } else { "project" }),
        ("default_branch", &found.default_branch),
    ]);
    form(&visit, &project, &depot, &fields, &Faults::default()).await
}

async fn form(
    visit: &Visit,
    project: &str,
    depot: &str,
    fields: &Fields,
    faults: &Faults,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let at = at::<Administer>(visit, project, depot).await?;
    let base = at.base();
    let repository = depots::repository(&visit.call.env, &at.depot);
    let branches: Vec<String> = match repository {
        Ok(repository) => {
            blocking(move || Ok(repository.branches()?.into_iter().map(|b| b.name).collect()))
                .await?
        }
        Err(_) => Vec::new(),
    };
    let main = html! {
        form.form method="post" action={ (base) "/settings" } {
            (faults.banner(ui))
            (Field::new(ui, "description", t.project_description()).value(fields.one("description")).optional().fault(faults.get("description")))
            (who_reads(visit, fields.one("shared")))
            (Field::new(ui, "default_branch", t.depot_default_branch()).value(fields.one("default_branch")).mono().suggestions(&branches).fault(faults.get("default_branch")))
            (Field::new(ui, "name", t.depot_name()).value(fields.one("name")).hint(t.project_rename_hint()).prefix(&format!("{project}/")).mono().fault(faults.get("name")))
            div.acts { (Button::submit(t.action_save()).weight(Weight::Primary)) }
        }
    };
    let delete = html! {
        form.form method="post" action={ (base) "/settings/delete" } {
            p { (t.depot_delete_about()) }
            (Field::new(ui, "confirm", &t.confirm_by_name(depot)).mono().fault(faults.get("confirm")))
            div.acts { (Button::submit(t.depot_delete()).weight(Weight::Danger).icon(Icon::Trash)) }
        }
    };
    let body = html! {
        (card(t.project_general(), None, &main))
        section.card.danger { header { h2 { (t.depot_delete()) } } div.body { (delete) } }
    };
    super::show(visit, &at, Page::General, faults, &body).await
}

pub(super) async fn save(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let at = at::<Administer>(&visit, &project, &depot).await?;
    let change = DepotChange {
        name: Some(fields.one("name").to_owned()),
        description: Some(fields.one("description").to_owned()),
        shared: Some(fields.one("shared") == "team"),
        default_branch: Some(fields.one("default_branch").to_owned())
            .filter(|branch| *branch != at.depot.default_branch),
    };
    match depots::modify(&visit.call, &at.depot, change).await {
        Ok(changed) => {
            Ok(response::see_other(&link(&["p", &project, "d", &changed.name, "settings"], "")))
        }
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &["name", "description", "default_branch"])?;
            form(&visit, &project, &depot, &fields, &faults).await
        }
    }
}

pub(super) async fn delete(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let found = at::<Administer>(&visit, &project, &depot).await?.depot;
    if fields.one("confirm") != depot {
        let kept = Fields::of(&[
            ("name", &found.name),
            ("description", &found.description),
            ("shared", if found.shared { "team" } else { "project" }),
            ("default_branch", &found.default_branch),
        ]);
        return form(
            &visit,
            &project,
            &depot,
            &kept,
            &Faults::field("confirm", visit.ui.t.confirm_differs()),
        )
        .await;
    }
    depots::delete(&visit.call, found).await?;
    Ok(response::see_other(&link(&["p", &project, "depots"], "")))
}
