//! An application asks to be let in on the visitor's behalf.

use axum::{Router, routing::get};
use base::{Scope, Scopes};
use call::Env;
use identity::oauth::{self, Rejection, Request, Review};
use maud::{Markup, html};

use super::own::scope_about;
use crate::{
    components::{Button, Icon, Weight, badge, icon, person},
    layout::{self, Shell},
    request::{Answer, Asked, Fault, Fields, Visit},
    response,
};

pub(super) fn routes() -> Router<Env> {
    Router::new().route("/oauth_authorize.html", get(show).post(decide))
}

const NAMES: [&str; 7] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "state",
    "scope",
    "code_challenge",
    "code_challenge_method",
];

fn request<'a>(value: impl Fn(&'static str) -> &'a str) -> Request {
    let some = |name| Some(value(name).to_owned()).filter(|text| !text.is_empty());
    Request {
        client_id: value("client_id").to_owned(),
        redirect_uri: some("redirect_uri"),
        response_type: value("response_type").to_owned(),
        state: some("state"),
        scope: some("scope"),
        code_challenge: some("code_challenge"),
        code_challenge_method: some("code_challenge_method"),
    }
}

fn rejected(rejection: Rejection) -> Answer {
    match rejection {
        Rejection::Show(error) => Err(Fault(error)),
        Rejection::SendBack(address) => Ok(response::see_other(&address)),
    }
}

async fn show(visit: Visit, asked: Asked) -> Answer {
    visit.call.actor.user()?;
    match oauth::review(&visit.call, &request(|name| asked.one(name))).await {
        Ok(review) => Ok(page(&visit, &asked, &review)),
        Err(rejection) => rejected(rejection),
    }
}

fn page(visit: &Visit, asked: &Asked, review: &Review) -> axum::response::Response {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let application = &review.application;
    let body = html! {
        div.card { div.body.stack.s16 {
            p { (t.consent_asks(&application.display_name)) }
            ul.stack.s8 {
                @for scope in asked_for(review.scopes) {
                    li.line.keep { (icon(Icon::Check)) span { (scope_about(t, scope)) " " @if !review.scopes.contains(scope) { (badge(t.consent_read_only(), None)) } } }
                }
            }
            p.small.muted { (t.consent_leads()) " " code { (review.redirect_uri) } }
            p.small.muted.line { (t.consent_as()) (person(visit.call.actor.name())) }
            form.line method="post" action="/oauth_authorize.html" {
                @for name in NAMES { @if let Some(value) = asked.some(name) { input type="hidden" name=(name) value=(value); } }
                (Button::submit(t.consent_allow()).weight(Weight::Primary).value("answer", "allow"))
                (Button::submit(t.consent_refuse()).value("answer", "refuse"))
            }
        } }
    };
    let title = t.consent_title(&application.display_name);
    let markup: Markup =
        layout::door(&Shell::new(*ui, &title), &title, &application.homepage, &body);
    response::page_leading_to(markup, origin(&review.redirect_uri))
}

/// The scopes that are asked for, whole or for reading.
fn asked_for(scopes: Scopes) -> impl Iterator<Item = Scope> {
    Scope::ALL.iter().copied().filter(move |scope| scopes.can_read(*scope))
}

/// Scheme and host of an address.
fn origin(address: &str) -> &str {
    let Some(start) = address.find("://").map(|place| place + 3) else { return "" };
    let end = address[start..].find(['/', '?', '#']).map_or(address.len(), |place| start + place);
    &address[..end]
}

async fn decide(visit: Visit, fields: Fields) -> Answer {
    visit.call.actor.user()?;
    let request = request(|name| fields.one(name));
    let answered = if fields.one("answer") == "allow" {
        oauth::allow(&visit.call, &request).await
    } else {
        oauth::refuse(&visit.call, &request).await
    };
    match answered {
        Ok(address) => Ok(response::see_other(&address)),
        Err(rejection) => rejected(rejection),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn origins() {
        assert_eq!(super::origin("https://a.example:8443/cb?x=1"), "https://a.example:8443");
        assert_eq!(super::origin("http://localhost"), "http://localhost");
        assert_eq!(super::origin("nonsense"), "");
    }
}
