use axum::extract::Path;
use identity::{SshKeyId, ssh_keys};
use maud::{Markup, Render, html};

use super::{super::ssh, Here, page};
use crate::{
    components::{Button, Column, Icon, Weight, card, card_flush, empty, table},
    request::{Answer, Faults, Fields, Visit},
    response,
};

pub(super) async fn show(visit: Visit) -> Answer {
    list(&visit, &Fields::default(), &Faults::default()).await
}

pub(super) async fn create(visit: Visit, fields: Fields) -> Answer {
    let user = visit.call.actor.user()?.id;
    let made = async { ssh_keys::create(&visit.call, user, ssh::asked(&fields)?).await };
    match made.await {
        Ok(_) => Ok(response::see_other("/settings/ssh-keys")),
        Err(error) => list(&visit, &fields, &Faults::of(&visit.ui, error, ssh::FIELDS)?).await,
    }
}

pub(super) async fn delete(visit: Visit, Path(id): Path<i64>) -> Answer {
    let user = visit.call.actor.user()?.id;
    ssh_keys::delete(&visit.call, user, SshKeyId(id)).await?;
    Ok(response::see_other("/settings/ssh-keys"))
}

async fn list(visit: &Visit, fields: &Fields, faults: &Faults) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let user = visit.call.actor.user()?.id;
    let all = ssh_keys::list(&visit.call, user).await?;
    let columns = [
        Column::text(t.ssh_title()),
        Column::text(t.ssh_expires()),
        Column::text(t.token_used()),
        Column::number(""),
    ];
    let lines: Vec<Vec<Markup>> = all
        .iter()
        .map(|key| {
            vec![
                ssh::named(visit, key),
                ssh::until(visit, key),
                ui.time_or_never(key.last_used_at.map(base::Timestamp::to_jiff)),
                html! {
                    form method="post" action={ "/settings/ssh-keys/" (key.id) "/delete" } {
                        (Button::submit(t.action_delete()).weight(Weight::Danger).small())
                    }
                },
            ]
        })
        .collect();
    let form = html! {
        form.form method="post" action="/settings/ssh-keys" {
            (ssh::fields(visit, fields, faults))
            div.acts { (Button::submit(t.ssh_create()).weight(Weight::Primary).render()) }
        }
    };
    let body = html! {
        @if all.is_empty() {
            (card(t.own_ssh(), None, &empty(ui, Icon::Key, t.ssh_none(), t.ssh_about(), &Markup::default(), &[])))
        } @else {
            (card_flush(t.own_ssh(), None, &table(t.own_ssh(), &columns, &lines)))
        }
        (card(t.ssh_new(), None, &form))
        @if let Some(hosts) = ssh::hosts(visit) { (card(t.ssh_hosts(), None, &hosts)) }
    };
    page(visit, Here::Ssh, faults.status(), &body).await
}
