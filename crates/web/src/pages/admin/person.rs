use axum::extract::Path;
use base::{Error, TeamRole, UserId};
use identity::{
    teams,
    users::{self, NewUser},
};
use maud::{Markup, html};

use super::{Here, admins_only, page, people};
use crate::{
    components::{Button, Field, Weight, card},
    request::{Answer, Asked, Faults, Fields, Visit},
    response,
};

pub(super) async fn show_new(visit: Visit) -> Answer {
    form(&visit, &Fields::default(), &Faults::default()).await
}

async fn form(visit: &Visit, fields: &Fields, faults: &Faults) -> Answer {
    admins_only(visit)?;
    let (ui, t) = (&visit.ui, visit.ui.t);
    let roles = [TeamRole::Member, TeamRole::Admin, TeamRole::Owner]
        .map(|role| (role.as_str(), people::role_name(t, role)));
    let body = html! {
        form.form.column method="post" action="/admin/people/new" {
            (faults.banner(ui))
            (Field::new(ui, "name", t.person_name()).value(fields.one("name")).hint(t.person_name_hint()).mono().first().complete("off").fault(faults.get("name")))
            (Field::new(ui, "display_name", t.person_display()).value(fields.one("display_name")).optional().complete("off").fault(faults.get("display_name")))
            (Field::new(ui, "email", t.person_email()).kind("email").value(fields.one("email")).optional().complete("off").fault(faults.get("email")))
            (Field::new(ui, "role", t.role_word()).choice(&roles).value(fields.one("role")))
            p.muted.small { (t.person_new_about()) }
            div.acts { (Button::submit(t.action_create()).weight(Weight::Primary)) (Button::link(t.action_cancel(), "/admin").weight(Weight::Quiet)) }
        }
    };
    page(
        visit,
        Here::People,
        faults.status(),
        Markup::default(),
        &card(t.person_new(), None, &body),
    )
    .await
}

pub(super) async fn create(visit: Visit, asked: Asked, fields: Fields) -> Answer {
    admins_only(&visit)?;
    let made = async {
        let new = NewUser {
            display_name: fields.one("display_name").to_owned(),
            email: fields.one("email").to_owned(),
            role: fields.one("role").parse()?,
            ..NewUser::named(fields.one("name"))
        };
        users::create_user(&visit.call, new).await
    };
    match made.await {
        Ok(made) => {
            let password =
                made.one_time_password.as_ref().map(|password| (made.user.name.as_str(), password));
            people::list(&visit, &asked, &Faults::default(), password).await
        }
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &["name", "display_name", "email", "role"])?;
            form(&visit, &fields, &faults).await
        }
    }
}

/// Back to the list, or the list with what was wrong.
async fn done(visit: &Visit, asked: &Asked, result: Result<(), Error>) -> Answer {
    match result {
        Ok(()) => Ok(response::see_other("/admin")),
        Err(error) => people::list(visit, asked, &Faults::of(&visit.ui, error, &[])?, None).await,
    }
}

pub(super) async fn change_role(
    visit: Visit,
    Path(user): Path<i64>,
    asked: Asked,
    fields: Fields,
) -> Answer {
    admins_only(&visit)?;
    let team = visit.call.actor.user()?.team;
    let role: TeamRole = fields.one("role").parse()?;
    let result = teams::change_role(&visit.call, team, UserId(user), role).await;
    done(&visit, &asked, result).await
}

pub(super) async fn block(visit: Visit, Path(user): Path<i64>, asked: Asked) -> Answer {
    admins_only(&visit)?;
    let result = users::block(&visit.call, UserId(user)).await;
    done(&visit, &asked, result).await
}

pub(super) async fn unblock(visit: Visit, Path(user): Path<i64>, asked: Asked) -> Answer {
    admins_only(&visit)?;
    let result = users::unblock(&visit.call, UserId(user)).await;
    done(&visit, &asked, result).await
}

pub(super) async fn reset(visit: Visit, Path(user): Path<i64>, asked: Asked) -> Answer {
    admins_only(&visit)?;
    match users::reset_password(&visit.call, UserId(user)).await {
        Ok(password) => {
            let name = users::get(visit.call.db.reader(), UserId(user)).await?.name;
            people::list(&visit, &asked, &Faults::default(), Some((&name, &password))).await
        }
        Err(error) => done(&visit, &asked, Err(error)).await,
    }
}

pub(super) async fn remove(visit: Visit, Path(user): Path<i64>, asked: Asked) -> Answer {
    admins_only(&visit)?;
    let team = visit.call.actor.user()?.team;
    let result = teams::remove_member(&visit.call, team, UserId(user)).await;
    done(&visit, &asked, result).await
}
