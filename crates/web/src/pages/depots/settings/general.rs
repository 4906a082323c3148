use axum::extract::Path;
use base::Administer;
use depots::{Depot, DepotChange, rules};
use maud::{Markup, html};

use super::{
    super::{form::who_reads, frame::at, tree},
    Page, Seen, Sent,
    branches::existing,
    danger, group, health, manage, show as show_page, size, transfer,
};
use crate::{
    components::{Button, Field, Icon, Weight, facts, progress},
    request::{Answer, Fault, Faults, Fields, Visit, link},
    response,
};

const NAMES: [&str; 3] = ["name", "description", "default_branch"];

pub(super) async fn show(visit: Visit, Path((project, depot)): Path<(String, String)>) -> Answer {
    let seen = manage(&visit, &project, &depot).await?;
    draw(&visit, &seen, &Sent::default()).await
}

pub(super) async fn draw(visit: &Visit, seen: &Seen, sent: &Sent) -> Answer {
    let t = visit.ui.t;
    let depot = &seen.at.depot;
    let (_, faults) = sent.of("delete", &[]);
    let delete = html! {
        form.form method="post" action=(seen.to("/delete")) {
            p { (t.depot_delete_about()) }
            (Field::new(&visit.ui, "confirm", &t.confirm_by_name(&depot.name)).mono().fault(faults.get("confirm")))
            div.acts { (Button::submit(t.depot_delete()).weight(Weight::Danger).icon(Icon::Trash)) }
        }
    };
    let body = html! {
        (group("general", t.project_general(), t.general_about(), &form(visit, seen, sent).await?))
        (group("quota", t.general_quota(), t.general_quota_about(), &room(visit, seen, sent).await?))
        (health::show(visit, seen).await?)
        (archive_group(visit, seen, depot, sent))
        (transfer::form(visit, seen, sent).await?)
        (danger(t.depot_delete(), &delete))
    };
    show_page(visit, seen, Page::General, sent, &body).await
}

async fn form(visit: &Visit, seen: &Seen, sent: &Sent) -> Result<Markup, Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let depot = &seen.at.depot;
    let branches = existing(visit, seen).await?;
    let kept = [
        ("name", depot.name.as_str()),
        ("description", &depot.description),
        ("shared", if depot.shared { "team" } else { "project" }),
        ("default_branch", &depot.default_branch),
    ];
    let (fields, faults) = sent.of("general", &kept);
    let prefix = format!("{}/", depot.project_name);
    Ok(html! {
        form.form method="post" action=(seen.to("")) {
            (sent.banner(visit, "general"))
            (Field::new(ui, "description", t.project_description()).value(fields.one("description")).optional().fault(faults.get("description")))
            (who_reads(visit, fields.one("shared")))
            (Field::new(ui, "default_branch", t.depot_default_branch()).value(fields.one("default_branch")).mono().suggestions(&branches[..branches.len().min(100)]).fault(faults.get("default_branch")))
            (Field::new(ui, "name", t.depot_name()).value(fields.one("name")).hint(t.project_rename_hint()).prefix(&prefix).mono().fault(faults.get("name")))
            div.acts { (Button::submit(t.action_save()).weight(Weight::Primary)) }
        }
    })
}

/// How much room the depot takes, and may take.
async fn room(visit: &Visit, seen: &Seen, sent: &Sent) -> Result<Markup, Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let usage = match rules::usage(&visit.call, &seen.at.depot).await {
        Ok(usage) => Some(usage),
        // A depot that is still being imported has nothing on disk.
        Err(base::Error::Unavailable { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let limit = size::shown(usage.and_then(|usage| usage.quota));
    let (fields, faults) = sent.of("quota", &[("quota", &limit)]);
    Ok(html! {
        @if let Some(usage) = usage {
            @let used = tree::size(usage.total());
            @if let Some(quota) = usage.quota {
                (progress(&t.general_quota_of(&used, tree::size(quota)), Some(share(usage.total(), quota))))
            } @else { p { strong { (t.general_quota_used(&used)) } } }
            @if usage.beside > 0 {
                (facts(true, &[
                    (t.general_quota_repository(), html! { (tree::size(usage.repository)) }),
                    (t.general_quota_beside(), html! { (tree::size(usage.beside)) }),
                ]))
            }
        }
        form.form method="post" action=(seen.to("/quota")) {
            (sent.banner(visit, "quota"))
            (Field::new(ui, "quota", t.general_quota_field()).kind("number").between("1", "100000000").value(fields.one("quota")).hint(t.general_quota_hint()).optional().fault(faults.get("quota")))
            div.acts { (Button::submit(t.action_save())) }
        }
    })
}

/// A part in percent, full at most.
fn share(used: u64, quota: u64) -> u8 {
    u8::try_from(used.saturating_mul(100).checked_div(quota).unwrap_or(100).min(100)).unwrap_or(100)
}

fn archive_group(visit: &Visit, seen: &Seen, depot: &Depot, sent: &Sent) -> Markup {
    let t = visit.ui.t;
    let (about, label, value) = if depot.archived {
        (t.general_unarchive_about(), t.general_unarchive(), "no")
    } else {
        (t.general_archive_about(), t.general_archive(), "yes")
    };
    group(
        "archive",
        t.general_archive_group(),
        about,
        &html! {
            form.form method="post" action=(seen.to("/archive")) {
                (sent.banner(visit, "archive"))
                div.acts { (Button::submit(label).value("archived", value)) }
            }
        },
    )
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
            let sent = Sent::back(&visit, "general", fields, error, &NAMES)?;
            let seen = manage(&visit, &project, &depot).await?;
            draw(&visit, &seen, &sent).await
        }
    }
}

pub(super) async fn quota(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let seen = manage(&visit, &project, &depot).await?;
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    let stored = rules::usage(&visit.call, &granted).await?.quota;
    let sent = match size::typed(fields.one("quota"), stored) {
        None => {
            let faults = Faults::field("quota", visit.ui.t.pushrule_number());
            Sent { form: "quota".to_owned(), fields, faults }
        }
        Some(bytes) => match rules::set_quota(&visit.call, &granted, bytes).await {
            Ok(()) => return Ok(response::see_other(&seen.to("#quota"))),
            Err(error) => Sent::back(&visit, "quota", fields, error, &["quota"])?,
        },
    };
    draw(&visit, &seen, &sent).await
}

pub(super) async fn archive(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    let done = rules::set_archived(&visit.call, &granted, fields.one("archived") == "yes").await;
    let seen = manage(&visit, &project, &depot).await?;
    match done {
        Ok(()) => Ok(response::see_other(&seen.to("#archive"))),
        Err(error) => {
            let sent = Sent::back(&visit, "archive", fields, error, &[])?;
            draw(&visit, &seen, &sent).await
        }
    }
}

pub(super) async fn delete(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    if fields.one("confirm") != depot {
        let faults = Faults::field("confirm", visit.ui.t.confirm_differs());
        let sent = Sent { form: "delete".to_owned(), fields, faults };
        let seen = manage(&visit, &project, &depot).await?;
        return draw(&visit, &seen, &sent).await;
    }
    depots::delete(&visit.call, granted).await?;
    Ok(response::see_other(&link(&["p", &project, "depots"], "")))
}
