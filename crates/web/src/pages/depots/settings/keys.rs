use axum::extract::Path;
use base::{Administer, Error};
use depots::keys;
use identity::SshKeyId;
use maud::{Markup, html};

use super::{super::frame::at, Page, Seen, Sent, manage};
use crate::{
    components::{Button, Icon, Weight, card, checkbox, empty},
    pages::ssh,
    request::{Answer, Fields, Visit},
    response,
};

/// The form by which a key is added.
const NEW: &str = "new";

pub(super) async fn show(visit: Visit, Path((project, depot)): Path<(String, String)>) -> Answer {
    let seen = manage(&visit, &project, &depot).await?;
    list(&visit, &seen, &Sent::default()).await
}

pub(super) async fn create(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let at = at::<Administer>(&visit, &project, &depot).await?;
    let may_write = fields.one("may_write") == "yes";
    let made =
        async { keys::create(&visit.call, &at.depot, ssh::asked(&fields)?, may_write).await };
    let seen = manage(&visit, &project, &depot).await?;
    match made.await {
        Ok(_) => Ok(response::see_other(&seen.to("/deploy-keys"))),
        Err(error) => {
            let sent = Sent::back(&visit, NEW, fields, error, ssh::FIELDS)?;
            list(&visit, &seen, &sent).await
        }
    }
}

pub(super) async fn delete(
    visit: Visit,
    Path((project, depot, id)): Path<(String, String, i64)>,
) -> Answer {
    let at = at::<Administer>(&visit, &project, &depot).await?;
    keys::delete(&visit.call, &at.depot, SshKeyId(id)).await?;
    Ok(response::see_other(&format!("{}/settings/deploy-keys", at.base())))
}

async fn list(visit: &Visit, seen: &Seen, sent: &Sent) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let Some(depot) = &seen.admin else { return Err(Error::not_found("depot").into()) };
    let all = keys::list(&visit.call, depot).await?;
    let address = seen.to("/deploy-keys");
    let (fields, faults) = sent.of(NEW, &[]);
    let right = |may_write| if may_write { t.ssh_writes() } else { t.ssh_reads() };
    let keys = all.iter().map(|deploy| (&deploy.key, Some(right(deploy.may_write))));
    let listed = ssh::listed(visit, t.ssh_deploy(), &address, keys);
    let form = html! {
        form.form method="post" action=(address) {
            (ssh::fields(visit, &fields, &faults))
            (checkbox("may_write", "yes", t.ssh_may_write(), Some(t.ssh_may_write_about()), fields.one("may_write") == "yes"))
            div.acts { (Button::submit(t.ssh_create()).weight(Weight::Primary)) }
        }
    };
    let body = html! {
        @if all.is_empty() {
            (card(t.ssh_deploy(), None, &empty(ui, Icon::Key, t.ssh_deploy_none(), t.ssh_deploy_about(), &Markup::default(), &[])))
        } @else {
            (listed)
        }
        (card(t.ssh_new(), None, &form))
    };
    super::show(visit, seen, Page::DeployKeys, sent, &body).await
}
