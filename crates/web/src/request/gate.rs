use std::{net::IpAddr, sync::Arc};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, Method, Response, header},
    middleware::Next,
};
use base::{Actor, Error};
use call::{Call, Env};
use maud::{Markup, html};

use super::{
    Place, Visit,
    fault::{Failed, Fault, sentence, status_of},
    segment,
};
use crate::{
    components::{Button, Icon, Weight, icon},
    i18n::choose,
    response,
    ui::{Theme, Ui},
};

/// The page where a one-time password is changed.
const FIRST: &str = "/first-password";

/// What every request for a page passes: it must come from our own pages if
/// it changes something, it gets its [`Visit`], and an error that comes out
/// becomes a page.
pub(crate) async fn gate(
    State(env): State<Env>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let address = door::client_address(request.extensions());
    let query = request.uri().query().unwrap_or_default().to_owned();
    let visit = match enter(&env, request.headers().clone(), &query, address).await {
        Ok(visit) => visit,
        Err(error) => {
            tracing::error!(?error, "a visit could not be begun");
            return response::page(status_of(&error), html! { "The server cannot answer now." });
        }
    };
    if !matches!(*request.method(), Method::GET | Method::HEAD)
        && !from_our_pages(request.headers())
    {
        return draw(&visit, &Error::denied("to send this form from its own page"), "").await;
    }
    let path = request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
    let must_change = visit.session.as_ref().is_some_and(|s| s.signed_in.must_change_password);
    if must_change
        && !["/first-password", "/logout", "/-/"].iter().any(|free| path.starts_with(free))
    {
        return response::see_other(FIRST);
    }
    request.extensions_mut().insert(visit.clone());
    let asked_for_page = matches!(*request.method(), Method::GET | Method::HEAD);
    let answer = next.run(request).await;
    // Whoever may see the thing has noted it.
    if asked_for_page && let Some(now) = visit.moved.of(&path) {
        return response::found(&now);
    }
    let Some(Failed(error)) = answer.extensions().get::<Failed>().cloned() else {
        return answer;
    };
    if matches!(*error, Error::Unauthenticated { .. }) && asked_for_page && !visit.part {
        return response::see_other(&format!("/login?next={}", segment(&path)));
    }
    draw(&visit, &error, &path).await
}

async fn enter(
    env: &Env,
    headers: HeaderMap,
    query: &str,
    address: Option<IpAddr>,
) -> Result<Visit, Error> {
    let query: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let asked = query.iter().find(|(name, _)| name == "lang").map(|(_, value)| value.as_str());
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let lang = choose(asked, cookie(&headers, "lang"), accepted);
    let theme = Theme::parse(cookie(&headers, "theme").unwrap_or_default());
    let mut call = Call::anonymous(env.clone());
    call.address = address;
    if let Some(id) = door::request_id(&headers) {
        id.clone_into(&mut call.request_id);
    }
    let session = door::session::open(env, &headers).await?.map(Arc::new);
    if let Some(open) = &session {
        call = call.by(Actor::User(open.signed_in.user.clone()));
    }
    let now = env.clock.now().to_jiff();
    Ok(Visit {
        call,
        ui: Ui::new(lang, theme, now),
        session,
        part: headers.contains_key("x-part"),
        moved: super::visit::Moved::default(),
        headers: Arc::new(headers),
    })
}

/// The value of a cookie.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Browsers say where a form comes from; whoever says nothing at all is no
/// browser and carries no cookie by accident.
fn from_our_pages(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text("origin") else { return true };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && host == text("host")
}

/// The page of an error.
async fn draw(visit: &Visit, error: &Error, path: &str) -> Response<Body> {
    let t = visit.ui.t;
    if let Error::Internal { cause } = error {
        tracing::error!(cause = ?cause, request_id = %visit.call.request_id, path, "a page failed");
    }
    let (picture, title, about) = match error {
        Error::Denied { .. } => (Icon::Lock, t.fault_denied_title(), t.fault_denied_about()),
        Error::NotFound { .. } => (Icon::Search, t.fault_missing_title(), t.fault_missing_about()),
        Error::Unauthenticated { .. } => {
            (Icon::Lock, t.fault_stranger_title(), t.fault_stranger_about())
        }
        Error::Limit { .. } => (Icon::Clock, t.fault_limit_title(), t.fault_limit_about()),
        Error::Unavailable { .. } => (Icon::Clock, t.fault_away_title(), t.fault_away_about()),
        Error::Conflict { .. } | Error::Invalid { .. } | Error::Missing { .. } => {
            (Icon::Warning, t.fault_conflict_title(), t.fault_conflict_about())
        }
        _ => (Icon::Failed, t.fault_broken_title(), t.fault_broken_about()),
    };
    let body = page(visit, picture, title, about, error);
    let status = status_of(error);
    match visit.show(Place { title, status: Some(status), ..Place::default() }, body).await {
        Ok(page) => page,
        Err(Fault(second)) => {
            tracing::error!(?second, "the page of an error failed too");
            visit.door(status, title, about, &Markup::default())
        }
    }
}

fn page(visit: &Visit, picture: Icon, title: &str, about: &str, error: &Error) -> Markup {
    let t = visit.ui.t;
    // What was not found or broke inside says no more than that.
    let more = !matches!(error, Error::NotFound { .. } | Error::Internal { .. });
    html! {
        div.empty {
            (icon(picture))
            h1 { (title) }
            p { (about) }
            @if more { p.small { (sentence(&visit.ui, &error.to_string())) } }
            div.acts {
                (Button::link(t.nav_home(), "/").weight(Weight::Primary))
                @if visit.session.is_none() { (Button::link(t.nav_sign_in(), "/login")) }
            }
            p.small.muted { (t.fault_request()) " " code { (visit.call.request_id) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{cookie, from_our_pages};
    use axum::http::HeaderMap;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect()
    }

    #[test]
    fn forms_come_from_our_own_pages() {
        assert!(from_our_pages(&headers(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://m.example")
        ])));
        assert!(!from_our_pages(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(!from_our_pages(&headers(&[("sec-fetch-site", "same-site")])));
        assert!(from_our_pages(&headers(&[
            ("origin", "http://m.example:8080"),
            ("host", "m.example:8080")
        ])));
        assert!(!from_our_pages(&headers(&[
            ("origin", "http://evil.example"),
            ("host", "m.example")
        ])));
        assert!(!from_our_pages(&headers(&[("origin", "null"), ("host", "m.example")])));
        assert!(from_our_pages(&headers(&[("host", "m.example")])));
    }

    #[test]
    fn cookies_by_their_whole_name() {
        let jar = headers(&[("cookie", "xlang=fr; lang=zh; theme=dark")]);
        assert_eq!(cookie(&jar, "lang"), Some("zh"));
        assert_eq!(cookie(&jar, "theme"), Some("dark"));
        assert_eq!(cookie(&jar, "them"), None);
    }
}
