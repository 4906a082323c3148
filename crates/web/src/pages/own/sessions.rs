use axum::extract::Path;
use identity::{SessionId, sessions};
use maud::{Markup, html};

use super::{Here, page};
use crate::{
    components::{Button, Column, Tone, Weight, badge, card_flush, table},
    request::{Answer, Visit},
    response,
};

pub(super) async fn show(visit: Visit) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let all = sessions::list(&visit.call).await?;
    let mine = visit.session.as_ref().map(|session| session.signed_in.session);
    let columns = [
        Column::text(t.session_browser()),
        Column::text(t.session_address()),
        Column::text(t.session_since()),
        Column::text(t.session_seen()),
        Column::number(""),
    ];
    let lines: Vec<Vec<Markup>> = all
        .iter()
        .map(|session| {
            let here = Some(session.id) == mine;
            vec![
                html! { span title=(session.agent) { (browser(&session.agent)) } " " @if here { (badge(t.session_here(), Some(Tone::Ok))) } },
                html! { span.mono { (session.address) } },
                ui.time(session.created_at.to_jiff()),
                ui.time(session.last_seen_at.to_jiff()),
                html! {
                    @if !here {
                        form method="post" action={ "/settings/sessions/" (session.id) "/end" } {
                            (Button::submit(t.session_end()).weight(Weight::Danger).small())
                        }
                    }
                },
            ]
        })
        .collect();
    let others = html! {
        @if all.len() > 1 {
            form method="post" action="/settings/sessions/end-others" { (Button::submit(t.session_end_others()).small()) }
        }
    };
    let body =
        card_flush(t.own_sessions(), Some(&others), &table(t.own_sessions(), &columns, &lines));
    page(&visit, Here::Sessions, http::StatusCode::OK, &body).await
}

pub(super) async fn end(visit: Visit, Path(id): Path<i64>) -> Answer {
    sessions::end(&visit.call, SessionId(id)).await?;
    Ok(response::see_other("/settings/sessions"))
}

pub(super) async fn end_others(visit: Visit) -> Answer {
    let user = visit.call.actor.user()?.id;
    let keep = visit.session.as_ref().map(|session| session.signed_in.session);
    sessions::end_all(&visit.call, user, keep).await?;
    Ok(response::see_other("/settings/sessions"))
}

/// The browser and the system that a user agent names.
fn browser(agent: &str) -> String {
    let found = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let program = found(&[
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = found(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => agent.chars().take(40).collect(),
    }
}
