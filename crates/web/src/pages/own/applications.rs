use axum::extract::Path;
use identity::{
    Secret,
    oauth::{self, Application, ApplicationId, NewApplication},
};
use maud::{Markup, Render, html};

use super::{Here, page};
use crate::{
    components::{
        Button, Column, Field, Icon, Tone, Weight, badge, banner, card, card_flush, copy_field,
        empty, table,
    },
    request::{Answer, Faults, Fields, Visit},
    response,
};

pub(super) async fn show(visit: Visit) -> Answer {
    list(&visit, &Fields::default(), &Faults::default(), None).await
}

pub(super) async fn create(visit: Visit, fields: Fields) -> Answer {
    visit.call.actor.user()?;
    let new = NewApplication {
        display_name: fields.one("display_name").to_owned(),
        homepage: fields.one("homepage").to_owned(),
        redirect_uris: fields.one("redirect_uris").split_whitespace().map(str::to_owned).collect(),
    };
    match oauth::create(&visit.call, new).await {
        // Shown in the answer itself, because it can be shown only once.
        Ok(made) => list(&visit, &Fields::default(), &Faults::default(), Some(made)).await,
        Err(error) => {
            let faults =
                Faults::of(&visit.ui, error, &["display_name", "homepage", "redirect_uris"])?;
            list(&visit, &fields, &faults, None).await
        }
    }
}

pub(super) async fn delete(visit: Visit, Path(id): Path<i64>) -> Answer {
    visit.call.actor.user()?;
    oauth::delete(&visit.call, ApplicationId(id)).await?;
    Ok(response::see_other("/settings/applications"))
}

pub(super) async fn revoke(visit: Visit, Path(id): Path<i64>) -> Answer {
    visit.call.actor.user()?;
    oauth::revoke(&visit.call, id).await?;
    Ok(response::see_other("/settings/applications"))
}

async fn list(
    visit: &Visit,
    fields: &Fields,
    faults: &Faults,
    made: Option<(Application, Secret)>,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let granted = oauth::grants(&visit.call).await?;
    let mine = oauth::list(&visit.call).await?;
    let columns = [
        Column::text(t.application_word()),
        Column::text(t.token_scopes()),
        Column::text(t.made_at()),
        Column::number(""),
    ];
    let lines: Vec<Vec<Markup>> = granted
        .iter()
        .map(|grant| {
            let scopes = grant.scopes.to_string();
            vec![
                html! { strong { (grant.application.display_name) } br; span.small.muted { (grant.application.homepage) } },
                html! { div.line.tight { @for scope in scopes.split(',') { (badge(scope, None)) } } },
                ui.time(grant.created_at.to_jiff()),
                html! { form method="post" action={ "/settings/applications/grants/" (grant.id) "/revoke" } { (Button::submit(t.action_revoke()).weight(Weight::Danger).small()) } },
            ]
        })
        .collect();
    let body = html! {
        @if let Some((application, secret)) = &made {
            (banner(Tone::Ok, &t.application_made(&application.display_name), &html! {
                p { (t.token_once()) }
                div.stack.s8 {
                    div { span.small.muted { "Client ID" } (copy_field(ui, &application.client_id)) }
                    div { span.small.muted { "Client Secret" } (copy_field(ui, secret.expose())) }
                }
            }))
        }
        @if granted.is_empty() {
            (card(t.application_granted(), None, &empty(ui, Icon::Key, t.application_none(), t.application_about(), &Markup::default(), &[])))
        } @else {
            (card_flush(t.application_granted(), None, &table(t.application_granted(), &columns, &lines)))
        }
        @if !mine.is_empty() { (card_flush(t.application_mine(), None, &own(visit, &mine))) }
        (card(t.application_new(), None, &form(visit, fields, faults)))
    };
    page(visit, Here::Applications, faults.status(), &body).await
}

fn own(visit: &Visit, mine: &[Application]) -> Markup {
    let t = visit.ui.t;
    let columns = [
        Column::text(t.application_word()),
        Column::text("Client ID"),
        Column::text(t.application_redirect()),
        Column::number(""),
    ];
    let lines: Vec<Vec<Markup>> = mine
        .iter()
        .map(|one| {
            vec![
                html! { strong { (one.display_name) } },
                html! { code { (one.client_id) } },
                html! { @for address in &one.redirect_uris { code.small.wrap { (address) } } },
                html! { form method="post" action={ "/settings/applications/" (one.id) "/delete" } { (Button::submit(t.action_delete()).weight(Weight::Danger).small()) } },
            ]
        })
        .collect();
    table(t.application_mine(), &columns, &lines)
}

fn form(visit: &Visit, fields: &Fields, faults: &Faults) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    html! {
        form.form.column method="post" action="/settings/applications" {
            (faults.banner(ui))
            (Field::new(ui, "display_name", t.project_display()).value(fields.one("display_name")).fault(faults.get("display_name")))
            (Field::new(ui, "homepage", t.application_homepage()).kind("url").value(fields.one("homepage")).optional().fault(faults.get("homepage")))
            (Field::new(ui, "redirect_uris", t.application_redirect()).value(fields.one("redirect_uris")).area(2).hint(t.application_redirect_hint()).mono().fault(faults.get("redirect_uris")))
            div.acts { (Button::submit(t.application_create()).weight(Weight::Primary).render()) }
        }
    }
}
