use axum::extract::Path;
use base::Error;
use depots::rules::specs::{self, Spec, SpecKind};
use maud::{Markup, Render as _, html};

use super::{Here, admins_only, page};
use crate::{
    components::{
        Button, Field, Icon, Row, Weight, badge, card_flush, empty, icon, row, rows, sheet,
    },
    pages::specs as parts,
    request::{Answer, Faults, Fields, Visit, link, segment},
    response,
};

const BASE: &str = "/admin/specs";

pub(super) async fn show(visit: Visit) -> Answer {
    admins_only(&visit)?;
    let (ui, t) = (&visit.ui, visit.ui.t);
    let all = specs::list(&visit.call, visit.call.actor.user()?.team).await?;
    let of_team: Vec<&Spec> = all.iter().filter(|spec| spec.kind == SpecKind::Team).collect();
    let make = Button::link(t.spec_team_new(), "/admin/specs/new")
        .weight(Weight::Primary)
        .icon(Icon::Plus)
        .render();
    let body = html! {
        @if of_team.is_empty() {
            (sheet(&empty(ui, Icon::Branch, t.spec_team_none(), t.spec_team_about(), &Markup::default(), &[])))
        } @else {
            (card_flush(t.spec_team_title(), None, &html! {
                div.body { p.muted { (t.spec_team_about()) } }
                (rows(&html! { @for spec in &of_team { (line(&visit, spec)) } }))
            }))
        }
    };
    page(&visit, Here::Specs, http::StatusCode::OK, make, &body).await
}

fn line(visit: &Visit, spec: &Spec) -> Markup {
    let t = visit.ui.t;
    row(&Row {
        lead: icon(Icon::Branch),
        title: &spec.title,
        href: &format!("{BASE}/of/{}", segment(&spec.title)),
        signs: badge(&t.spec_types_count(spec.types.len()), None),
        meta: html! { @if !spec.description.is_empty() { span { (spec.description) } } },
        side: icon(Icon::Right),
    })
}

pub(super) async fn show_new(visit: Visit) -> Answer {
    admins_only(&visit)?;
    form(&visit, None, &Fields::default(), &Faults::default()).await
}

pub(super) async fn show_one(visit: Visit, Path(title): Path<String>) -> Answer {
    admins_only(&visit)?;
    let spec = found(&visit, &title).await?;
    let mut kept = parts::fields_of(Some(&spec));
    kept.push(("title", spec.title.clone()));
    kept.push(("description", spec.description.clone()));
    let kept: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (*name, &**value)).collect();
    form(&visit, Some(&title), &Fields::of(&kept), &Faults::default()).await
}

/// The team's specification of that title.
async fn found(visit: &Visit, title: &str) -> Result<Spec, Error> {
    let spec = specs::by_title(&visit.call, visit.call.actor.user()?.team, title).await?;
    if spec.kind != SpecKind::Team {
        return Err(Error::not_found("depot specification"));
    }
    Ok(spec)
}

pub(super) async fn create(visit: Visit, fields: Fields) -> Answer {
    admins_only(&visit)?;
    let team = visit.call.actor.user()?.team;
    let title = fields.one("title");
    // To save one of that title would change it.
    let taken = match specs::by_title(&visit.call, team, title).await {
        Ok(_) => Some(Error::conflict(format!("there is a specification {title} already"))),
        Err(Error::NotFound { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    save(&visit, None, title, "", &fields, taken).await
}

pub(super) async fn change(visit: Visit, Path(title): Path<String>, fields: Fields) -> Answer {
    admins_only(&visit)?;
    found(&visit, &title).await?;
    if fields.one("title").is_empty() {
        return save(&visit, Some(&title), "", "", &fields, Some(Error::missing("title"))).await;
    }
    save(&visit, Some(&title), &title, fields.one("title"), &fields, None).await
}

async fn save(
    visit: &Visit,
    known: Option<&str>,
    title: &str,
    rename: &str,
    fields: &Fields,
    wrong: Option<Error>,
) -> Answer {
    let team = visit.call.actor.user()?.team;
    let content = parts::content(fields);
    let about = Some(fields.one("description"));
    let done = match wrong {
        Some(error) => Err(error),
        None => specs::save(&visit.call, team, title, rename, about, content).await,
    };
    match done {
        Ok(_) => Ok(response::see_other(BASE)),
        Err(Error::Invalid { field, why }) if field == "rename" => {
            let error = Error::Invalid { field: "title".into(), why };
            form(visit, known, fields, &Faults::of(&visit.ui, error, &["title"])?).await
        }
        Err(error @ Error::Conflict { .. }) => {
            form(visit, known, fields, &Faults::at(&visit.ui, error, "title")?).await
        }
        Err(error) => {
            let names = ["title", "description", "types", "directions"];
            form(visit, known, fields, &Faults::of(&visit.ui, error, &names)?).await
        }
    }
}

pub(super) async fn delete(visit: Visit, Path(title): Path<String>) -> Answer {
    admins_only(&visit)?;
    let team = visit.call.actor.user()?.team;
    let spec = found(&visit, &title).await?;
    match specs::delete(&visit.call, team, &spec.title).await {
        Ok(()) => Ok(response::see_other(BASE)),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &[])?;
            let mut kept = parts::fields_of(Some(&spec));
            kept.push(("title", spec.title.clone()));
            kept.push(("description", spec.description.clone()));
            let kept: Vec<(&str, &str)> =
                kept.iter().map(|(name, value)| (*name, &**value)).collect();
            form(&visit, Some(&title), &Fields::of(&kept), &faults).await
        }
    }
}

async fn form(visit: &Visit, known: Option<&str>, fields: &Fields, faults: &Faults) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let action = match known {
        Some(title) => link(&["admin", "specs", "of", title], ""),
        None => format!("{BASE}/new"),
    };
    let inside = html! {
        form.form method="post" action=(action) {
            (faults.banner(ui))
            (Field::new(ui, "title", t.spec_team_name()).value(fields.one("title")).fault(faults.get("title")))
            (Field::new(ui, "description", t.spec_team_description()).value(fields.one("description")).optional().fault(faults.get("description")))
            (parts::form(t, fields, faults))
            div.acts {
                (Button::submit(t.action_save()).weight(Weight::Primary))
                (Button::link(t.action_cancel(), BASE).weight(Weight::Quiet))
            }
        }
    };
    let title = known.unwrap_or(t.spec_team_new());
    let body = html! {
        div.column.stack {
            (crate::components::card(title, None, &inside))
            @if known.is_some() {
                section.card.danger { header { h2 { (t.spec_delete()) } } div.body {
                    form.form method="post" action={ (action) "/delete" } {
                        p { (t.spec_delete_about()) }
                        div.acts { (Button::submit(t.spec_delete()).weight(Weight::Danger).icon(Icon::Trash)) }
                    }
                } }
            }
        }
    };
    page(visit, Here::Specs, faults.status(), Markup::default(), &body).await
}
