//! How the repository is: its checks and its maintenance.

use axum::extract::Path;
use base::Administer;
use depots::{
    DepotKind, check,
    health::{self, Care},
};
use maud::{Markup, html};

use super::{super::frame::at, Seen, group};
use crate::{
    components::{Button, Status, verdict},
    request::{Answer, Fault, Visit},
    response,
};

/// The group, for the page of the settings; nothing for a visitor who does not
/// manage the depot.
pub(super) async fn show(visit: &Visit, seen: &Seen) -> Result<Markup, Fault> {
    let t = visit.ui.t;
    let Some(admin) = &seen.admin else { return Ok(Markup::default()) };
    let health = health::of(&visit.call, admin).await?;
    let damaged = (t.health_check_bad(), t.health_check_fine(), t.health_check_never());
    let failed = (t.health_tidy_bad(), t.health_tidy_fine(), t.health_tidy_never());
    let body = html! {
        (one(visit, &health.check, damaged))
        (one(visit, &health.tidy, failed))
        @if matches!(seen.at.depot.kind, DepotKind::Hosted) {
            form.form method="post" action=(seen.to("/check")) {
                div.acts { (Button::submit(t.health_check())) }
            }
        }
    };
    Ok(group("health", t.health_title(), t.health_about(), &body))
}

fn one(visit: &Visit, care: &Care, (bad, fine, never): (&str, &str, &str)) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let (state, sentence) = match (care.at, care.complaint.is_empty()) {
        (None, _) => (Status::Open, never),
        (Some(_), true) => (Status::Passed, fine),
        (Some(_), false) => (Status::Failed, bad),
    };
    let more = html! {
        @if let Some(at) = care.at { p { (ui.time(at.to_jiff())) } }
        @if !care.complaint.is_empty() { pre { (care.complaint) } }
        @if care.pending { p { (t.health_pending()) } }
    };
    verdict(state, sentence, &more)
}

pub(super) async fn ask(visit: Visit, Path((project, depot)): Path<(String, String)>) -> Answer {
    let at = at::<Administer>(&visit, &project, &depot).await?;
    check::request(&visit.call, &at.depot).await?;
    Ok(response::see_other(&format!("{}/settings#health", at.base())))
}
