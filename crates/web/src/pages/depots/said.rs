//! What is said of a commit: its note, and the reports on it.

use std::collections::HashMap;

use base::Read;
use depots::{
    notes,
    statuses::{self, State},
};
use maud::{Markup, html};

use super::frame::At;
use crate::{
    components::{Status, card, status_mark},
    request::{Fault, Visit},
};

/// What a page shows of what is said of a commit.
pub(super) struct Said {
    /// How the checks ended, in a few words that lead to them.
    pub(super) verdict: Markup,
    /// All of it.
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
