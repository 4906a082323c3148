use axum::extract::Path;
use identity::{AccessKey, Secret, access_keys};
use maud::{Markup, Render, html};

use super::{Here, page};
use crate::{
    components::{
        Button, Column, Icon, Tone, Weight, banner, card, card_flush, copy_field, empty, table,
    },
    request::{Answer, Faults, Visit},
    response,
};

pub(super) async fn show(visit: Visit) -> Answer {
    list(&visit, &Faults::default(), None).await
}

pub(super) async fn create(visit: Visit) -> Answer {
    let user = visit.call.actor.user()?.id;
    match access_keys::create(&visit.call, user, None).await {
        // Shown in the answer itself, because it can be shown only once.
        Ok(made) => list(&visit, &Faults::default(), Some(made)).await,
        Err(error) => list(&visit, &Faults::of(&visit.ui, error, &[])?, None).await,
    }
}

pub(super) async fn delete(visit: Visit, Path(id): Path<i64>) -> Answer {
    visit.call.actor.user()?;
    access_keys::delete(&visit.call, id).await?;
    Ok(response::see_other("/settings/keys"))
}

async fn list(visit: &Visit, faults: &Faults, made: Option<(AccessKey, Secret)>) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let user = visit.call.actor.user()?.id;
    let all = access_keys::list(&visit.call, user).await?;
    let make = html! {
        form method="post" action="/settings/keys" { (Button::submit(t.key_create()).weight(Weight::Primary).icon(Icon::Plus).render()) }
    };
    let columns = [
        Column::text("Access Key"),
        Column::text(t.made_at()),
        Column::text(t.token_used()),
        Column::number(""),
    ];
    let lines: Vec<Vec<Markup>> = all
        .iter()
        .map(|key| {
            vec![
                html! { code { (key.access_key) } },
                ui.time(key.created_at.to_jiff()),
                ui.time_or_never(key.last_used_at.map(base::Timestamp::to_jiff)),
                html! {
                    form method="post" action={ "/settings/keys/" (key.id) "/delete" } {
                        (Button::submit(t.action_delete()).weight(Weight::Danger).small())
                    }
                },
            ]
        })
        .collect();
    let body = html! {
        (faults.banner(ui))
        @if let Some((key, secret)) = &made {
            (banner(Tone::Ok, t.key_made(), &html! {
                p { (t.key_once()) }
                div.stack.s8 {
                    div { span.small.muted { "Access Key (AK)" } (copy_field(ui, &key.access_key)) }
                    div { span.small.muted { "Secret Key (SK)" } (copy_field(ui, secret.expose())) }
                }
            }))
        }
        @if all.is_empty() {
            (card(t.own_keys(), None, &empty(ui, Icon::Key, t.key_none(), t.key_about(), &make, &[])))
        } @else {
            (card_flush(t.own_keys(), Some(&make), &table(t.own_keys(), &columns, &lines)))
        }
    };
    page(visit, Here::Keys, faults.status(), &body).await
}
