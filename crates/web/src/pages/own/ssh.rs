use axum::extract::Path;
use identity::{SshKeyId, ssh_keys};
use maud::{Markup, Render, html};

use super::{super::ssh, Here, page};
use crate::{
    components::{Button, Icon, Weight, card, empty},
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
    let keys = all.iter().map(|key| (key, None));
    let listed = ssh::listed(visit, t.own_ssh(), "/settings/ssh-keys", keys);
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
            (listed)
        }
        (card(t.ssh_new(), None, &form))
        @if let Some(hosts) = ssh::hosts(visit) { (card(t.ssh_hosts(), None, &hosts)) }
    };
    page(visit, Here::Ssh, faults.status(), &body).await
}
