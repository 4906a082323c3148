//! What is said of a commit: its note, the reports on it, and comments.

use std::collections::HashMap;

use axum::{Router, extract::Path, routing::post};
use base::{PageRequest, Read};
use call::Env;
use depots::{
    comments::{self, Comment, NewComment},
    notes,
    statuses::{self, State},
};
use maud::{Markup, html};

use super::frame::{At, at};
use crate::{
    components::{
        Button, Field, Icon, Links, Status, anchor, avatar, card, icon, markdown, status_mark,
    },
    request::{Answer, Fault, Fields, Visit},
    response,
};

/// The most comments that the page shows; the rest the API lists.
const COMMENTS: u64 = 200;

pub(super) fn routes() -> Router<Env> {
    Router::new().route("/p/{project}/d/{depot}/commit/{sha}/comments", post(comment))
}

/// What a page shows of what is said of a commit.
pub(super) struct Said {
    /// How the checks ended, in a few words that lead to them.
    pub(super) verdict: Markup,
    /// All of it, and the form for one word more.
    pub(super) body: Markup,
}

/// What is said of the commit `id`.
pub(super) async fn said(visit: &Visit, at: &At<Read>, id: &str) -> Result<Said, Fault> {
    let (ui, t, call) = (&visit.ui, visit.ui.t, &visit.call);
    let found = notes::of(call, &at.depot, "", &[id.to_owned()]).await?;
    let note = found.into_iter().flatten().next();
    let summary = statuses::summary(call, &at.depot, id).await?;
    let reports = summary.contexts;
    let passed = reports.iter().filter(|report| report.state == State::Success).count();
    let verdict = html! {
        @if let Some(state) = summary.state {
            a.line.tight href="#checks" { (status_mark(ui, sign(state))) (t.said_passed(passed, reports.len())) }
        }
    };
    let listed = comments::list(call, &at.depot, id, PageRequest::first(COMMENTS)).await?;
    let action = format!("{}/comments", at.to("commit", id, ""));
    let body = html! {
        @if let Some(note) = note { (card(t.said_note(), None, &html! { pre.plain { (note) } })) }
        @if !reports.is_empty() {
            div #checks { (card(t.said_reports(), None, &html! {
                div.stack.s12 {
                    @for report in &reports {
                        div.line {
                            (status_mark(ui, sign(report.state)))
                            @if report.target_url.is_empty() { strong { (report.context) } }
                            @else { a href=(report.target_url) rel="nofollow noopener" { (report.context) } }
                            span.grow.muted { (report.description) }
                            span.small.muted { (ui.time(report.created_at.to_jiff())) }
                        }
                    }
                }
            })) }
        }
        (card(t.said_comments(), None, &html! {
            div.stack.s12 {
                @for comment in &listed.items { (drawn(visit, at, comment)) }
                form.form method="post" action=(action) {
                    (Field::new(ui, "content", t.said_comment()).area(3).hint(t.said_hint()))
                    div.acts { (Button::submit(t.said_send())) }
                }
            }
        }))
    };
    Ok(Said { verdict, body })
}

/// How the checks of each of these commits ended; one query.
pub(super) async fn states(
    visit: &Visit,
    at: &At<Read>,
    commits: impl Iterator<Item = &git::Commit>,
) -> Result<HashMap<String, State>, Fault> {
    let ids: Vec<String> = commits.map(|commit| commit.id.to_string()).collect();
    Ok(statuses::states(&visit.call, &at.depot, &ids).await?)
}

/// The shape of how a commit's checks ended, as a link to them; nothing where
/// there are none.
pub(super) fn mark(
    visit: &Visit,
    at: &At<Read>,
    states: &HashMap<String, State>,
    id: &str,
) -> Markup {
    html! {
        @if let Some(state) = states.get(id) {
            a.line.tight href={ (at.to("commit", id, "")) "#checks" } { (status_mark(&visit.ui, sign(*state))) }
        }
    }
}

const fn sign(state: State) -> Status {
    match state {
        State::Success => Status::Passed,
        State::Pending => Status::Running,
        State::Failure => Status::Failed,
        State::Error => Status::Error,
    }
}

fn drawn(visit: &Visit, at: &At<Read>, comment: &Comment) -> Markup {
    let t = visit.ui.t;
    let commit = at.to("commit", &comment.commit, "");
    let place = format!("{commit}#{}", anchor(&comment.path));
    let name = comment.author.as_ref().map_or("", |author| author.display_name.as_str());
    html! {
        article.stack.s12 id={ "comment-" (comment.id) } {
            div.line.small.muted {
                (avatar(name, "")) strong { (name) }
                (visit.ui.time(comment.created_at.to_jiff()))
                @if !comment.path.is_empty() {
                    a.line.tight.mono href=(place) {
                        (icon(Icon::File)) (comment.path)
                    }
                    @if comment.line > 0 { span { (t.said_line(comment.line)) } }
                }
            }
            div { (markdown(&comment.content, &Links::default())) }
        }
    }
}

async fn comment(
    visit: Visit,
    Path((project, depot, sha)): Path<(String, String, String)>,
    fields: Fields,
) -> Answer {
    let at = at::<Read>(&visit, &project, &depot).await?;
    let new = NewComment {
        commit: sha,
        content: fields.one("content").to_owned(),
        ..NewComment::default()
    };
    let made = comments::create(&visit.call, &at.depot, new).await?;
    let page = at.to("commit", &made.commit, "");
    Ok(response::see_other(&format!("{page}#comment-{}", made.id)))
}
