use maud::html;

use super::{Here, page};
use crate::{
    components::{Button, Field, Weight, card},
    pages::entry::change_password,
    request::{Answer, Faults, Fields, Visit},
    response,
};

pub(super) async fn show(visit: Visit) -> Answer {
    visit.call.actor.user()?;
    form(&visit, &Faults::default()).await
}

async fn form(visit: &Visit, faults: &Faults) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let body = html! {
        form.form.column method="post" {
            (faults.banner(ui))
            (Field::new(ui, "old_password", t.password_old()).kind("password").complete("current-password").fault(faults.get("old_password")))
            (Field::new(ui, "new_password", t.password_new()).kind("password").complete("new-password").hint(t.password_rule()).fault(faults.get("new_password")))
            (Field::new(ui, "again", t.password_again()).kind("password").complete("new-password").fault(faults.get("again")))
            p.muted.small { (t.password_ends()) }
            div.acts { (Button::submit(t.password_change()).weight(Weight::Primary)) }
        }
    };
    page(visit, Here::Password, faults.status(), &card(t.own_password(), None, &body)).await
}

pub(super) async fn save(visit: Visit, fields: Fields) -> Answer {
    visit.call.actor.user()?;
    match change_password(&visit, &fields).await? {
        None => Ok(response::see_other("/settings/sessions")),
        Some(faults) => form(&visit, &faults).await,
    }
}
