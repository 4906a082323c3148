//! The team: its people, what they did, what the server is doing.

mod advisories;
mod audit;
mod jobs;
mod people;
mod person;
mod specs;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use base::{Error, TeamRole};
use call::Env;
use maud::{Markup, html};

use super::tabbed::Tabbed;
use crate::request::{Answer, Visit};

pub(super) fn routes() -> Router<Env> {
    let uploads = Router::new()
        .route("/admin/advisories/send", post(advisories::send))
        // The domain has a limit; the file is streamed.
        .layer(DefaultBodyLimit::disable());
    Router::new()
        .merge(uploads)
        .route("/admin/advisories", get(advisories::show))
        .route("/admin/advisories/take", post(advisories::take))
        .route("/admin/advisories/{job}/stop", post(advisories::stop))
        .route("/admin", get(people::show))
        .route("/admin/people/new", get(person::show_new).post(person::create))
        .route("/admin/people/{user}/role", post(person::change_role))
        .route("/admin/people/{user}/block", post(person::block))
        .route("/admin/people/{user}/unblock", post(person::unblock))
        .route("/admin/people/{user}/reset", post(person::reset))
        .route("/admin/people/{user}/remove", post(person::remove))
        .route("/admin/audit", get(audit::show))
        .route("/admin/jobs", get(jobs::show))
        .route("/admin/specs", get(specs::show))
        .route("/admin/specs/new", get(specs::show_new).post(specs::create))
        .route("/admin/specs/of/{title}", get(specs::show_one).post(specs::change))
        .route("/admin/specs/of/{title}/delete", post(specs::delete))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Here {
    People,
    Specs,
    Advisories,
    Audit,
    Jobs,
}

/// Whoever does not manage the team does not learn that there is a page.
fn admins_only(visit: &Visit) -> Result<(), Error> {
    let user = visit.call.actor.user()?;
    if user.role < TeamRole::Admin {
        return Err(Error::not_found("page"));
    }
    Ok(())
}

async fn page(
    visit: &Visit,
    here: Here,
    status: http::StatusCode,
    acts: Markup,
    body: &Markup,
) -> Answer {
    let t = visit.ui.t;
    let all = [
        (Here::People, t.admin_people(), "/admin"),
        (Here::Specs, t.spec_team(), "/admin/specs"),
        (Here::Advisories, t.admin_advisories(), "/admin/advisories"),
        (Here::Audit, t.admin_audit(), "/admin/audit"),
        (Here::Jobs, t.admin_jobs(), "/admin/jobs"),
    ];
    let team = visit.call.actor.user()?.team;
    let team = identity::teams::get(visit.call.db.reader(), team).await?;
    let meta = html! { span { (team.display_name) } };
    Tabbed { title: t.nav_admin(), meta, acts, all: &all, here, status }.show(visit, body).await
}
