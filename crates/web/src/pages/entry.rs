//! Coming in and going out.

use axum::{
    Router,
    http::{StatusCode, header},
    routing::{get, post},
};
use base::Error;
use call::Env;
use identity::{Secret, sessions};
use maud::{Markup, html};

use crate::{
    components::{Button, Field, Tone, Weight, banner},
    request::{Answer, Asked, Faults, Fields, Visit, inside},
    response,
};

pub(super) fn routes() -> Router<Env> {
    Router::new()
        .route("/login", get(show).post(sign_in))
        .route("/logout", post(sign_out))
        .route("/first-password", get(first).post(change_first))
}

async fn show(visit: Visit, asked: Asked) -> Answer {
    let next = inside(asked.one("next")).unwrap_or("/");
    if visit.session.is_some() {
        return Ok(response::see_other(next));
    }
    Ok(form(&visit, next, "", &Markup::default(), StatusCode::OK))
}

fn form(
    visit: &Visit,
    next: &str,
    login: &str,
    message: &Markup,
    status: StatusCode,
) -> axum::response::Response {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let login_field =
        Field::new(ui, "login", t.login_name()).value(login).complete("username").mono();
    let login_field = if login.is_empty() { login_field.first() } else { login_field };
    let password = Field::new(ui, "password", t.login_password())
        .kind("password")
        .complete("current-password");
    let password = if login.is_empty() { password } else { password.first() };
    let body = html! {
        div.card { div.body {
            form.form method="post" action="/login" {
                (message)
                input type="hidden" name="next" value=(next);
                (login_field)
                (password)
                (Button::submit(t.nav_sign_in()).weight(Weight::Primary))
            }
        } }
    };
    visit.door(status, t.login_title(), t.login_line(), &body)
}

async fn sign_in(visit: Visit, fields: Fields) -> Answer {
    let t = visit.ui.t;
    let next = inside(fields.one("next")).unwrap_or("/");
    let login = fields.one("login");
    let browser =
        sessions::Browser { address: visit.call.address, agent: visit.agent().to_owned() };
    let password = Secret::from(fields.raw("password"));
    let (message, status) = match sessions::sign_in(&visit.call, login, &password, browser).await {
        Ok(session) => {
            let signed_in = &session.signed_in;
            let to = if signed_in.must_change_password { "/first-password" } else { next };
            let mut response = response::see_other(to);
            let now = visit.call.clock.now();
            let until = signed_in.expires_at;
            if let Some(cookie) = door::session::keep(&session.cookie, now, until, visit.secure()) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            return Ok(response);
        }
        Err(Error::Unauthenticated { .. }) => (
            banner(Tone::Bad, t.login_wrong(), &html! { span { (t.login_wrong_about()) } }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        Err(Error::Limit { retry_after, .. }) => {
            let seconds = retry_after.map_or(60, |wait| wait.as_secs().max(1));
            (
                banner(
                    Tone::Warn,
                    t.login_slow(),
                    &html! { span { (t.login_slow_about(seconds)) } },
                ),
                StatusCode::TOO_MANY_REQUESTS,
            )
        }
        Err(other) => return Err(other.into()),
    };
    Ok(form(&visit, next, login, &message, status))
}

async fn sign_out(visit: Visit) -> Answer {
    if let Some(session) = &visit.session {
        sessions::sign_out(&visit.call, &session.cookie).await?;
    }
    let mut response = response::see_other("/login");
    if let Some(cookie) = door::session::drop(visit.secure()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

async fn first(visit: Visit) -> Answer {
    visit.call.actor.user()?;
    Ok(first_form(&visit, &Faults::default()))
}

fn first_form(visit: &Visit, faults: &Faults) -> axum::response::Response {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let body = html! {
        div.card { div.body {
            form.form method="post" action="/first-password" {
                (faults.banner(ui))
                (Field::new(ui, "old_password", t.password_given()).kind("password").complete("current-password").fault(faults.get("old_password")).first())
                (Field::new(ui, "new_password", t.password_new()).kind("password").complete("new-password").hint(t.password_rule()).fault(faults.get("new_password")))
                (Field::new(ui, "again", t.password_again()).kind("password").complete("new-password").fault(faults.get("again")))
                (Button::submit(t.password_change()).weight(Weight::Primary))
            }
        } }
    };
    visit.door(faults.status(), t.password_first_title(), t.password_first_line(), &body)
}

async fn change_first(visit: Visit, fields: Fields) -> Answer {
    visit.call.actor.user()?;
    match change_password(&visit, &fields).await? {
        None => Ok(response::see_other("/")),
        Some(faults) => Ok(first_form(&visit, &faults)),
    }
}

/// Changes the visitor's password as the form says; what is wrong with the
/// form comes back.
pub(super) async fn change_password(
    visit: &Visit,
    fields: &Fields,
) -> Result<Option<Faults>, crate::request::Fault> {
    let t = visit.ui.t;
    if fields.raw("new_password") != fields.raw("again") {
        return Ok(Some(Faults::field("again", t.password_differs())));
    }
    let (old, new) =
        (Secret::from(fields.raw("old_password")), Secret::from(fields.raw("new_password")));
    let keep = visit.session.as_ref().map(|session| session.signed_in.session);
    match identity::passwords::change(&visit.call, &old, &new, keep).await {
        Ok(()) => Ok(None),
        Err(Error::Unauthenticated { .. }) => {
            Ok(Some(Faults::field("old_password", t.password_old_wrong())))
        }
        Err(Error::Invalid { field, .. }) if field == "old_password" => {
            Ok(Some(Faults::field("old_password", t.password_old_wrong())))
        }
        Err(error) => Ok(Some(Faults::of(&visit.ui, error, &["new_password", "old_password"])?)),
    }
}
