use identity::users::{self, ProfileChange};
use maud::html;

use super::{Here, page};
use crate::{
    components::{Button, Field, Weight, card},
    request::{Answer, Faults, Fields, Visit},
    response,
};

pub(super) async fn show(visit: Visit) -> Answer {
    let id = visit.call.actor.user()?.id;
    let user = users::get(visit.call.db.reader(), id).await?;
    let fields = Fields::of(&[
        ("display_name", &user.display_name),
        ("email", &user.email),
        ("phone", &user.phone),
    ]);
    form(&visit, &fields, &Faults::default()).await
}

async fn form(visit: &Visit, fields: &Fields, faults: &Faults) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let name = visit.call.actor.name().to_owned();
    let body = html! {
        form.form.column method="post" {
            (faults.banner(ui))
            (Field::new(ui, "name", t.person_name()).value(&name).hint(t.person_name_fixed()).mono().fixed())
            (Field::new(ui, "display_name", t.person_display()).value(fields.one("display_name")).complete("name").fault(faults.get("display_name")))
            (Field::new(ui, "email", t.person_email()).kind("email").value(fields.one("email")).complete("email").optional().fault(faults.get("email")))
            (Field::new(ui, "phone", t.person_phone()).kind("tel").value(fields.one("phone")).complete("tel").optional().fault(faults.get("phone")))
            div.acts { (Button::submit(t.action_save()).weight(Weight::Primary)) }
        }
    };
    page(visit, Here::Profile, faults.status(), &card(t.own_profile(), None, &body)).await
}

pub(super) async fn save(visit: Visit, fields: Fields) -> Answer {
    let id = visit.call.actor.user()?.id;
    let change = ProfileChange {
        display_name: Some(fields.one("display_name").to_owned()),
        email: Some(fields.one("email").to_owned()),
        phone: Some(fields.one("phone").to_owned()),
        ..ProfileChange::default()
    };
    match users::update_profile(&visit.call, id, change).await {
        Ok(_) => Ok(response::see_other("/settings")),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &["display_name", "email", "phone"])?;
            form(&visit, &fields, &faults).await
        }
    }
}
