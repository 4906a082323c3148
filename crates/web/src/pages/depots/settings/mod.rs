//! The settings of a depot, a page for each capability.
//!
//! A page is a module with handlers that begin with `at::<Administer>` and end
//! with [`show`]; it has a route in [`routes`] and a line in [`ALL`].

mod general;

use axum::{
    Router,
    routing::{get, post},
};
use base::Administer;
use call::Env;
use maud::{Markup, html};

use super::frame::{At, Here};
use crate::{
    components::{Tab, tabs},
    i18n::Text,
    request::{Answer, Faults, Place, Visit},
};

pub(super) fn routes() -> Router<Env> {
    Router::new()
        .route("/p/{project}/d/{depot}/settings", get(general::show).post(general::save))
        .route("/p/{project}/d/{depot}/settings/delete", post(general::delete))
}

/// A page of the settings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Page {
    General,
}

/// A page, its name, and the end of its address (`/settings{end}`).
type Listed = (Page, fn(Text) -> &'static str, &'static str);

/// The pages in the order in which they are listed.
const ALL: &[Listed] = &[(Page::General, Text::project_general, "")];

/// Draws a page of the settings: one column beside the list of them all.
async fn show(
    visit: &Visit,
    at: &At<Administer>,
    page: Page,
    faults: &Faults,
    body: &Markup,
) -> Answer {
    let t = visit.ui.t;
    let base = at.base();
    let row: Vec<Tab<'_>> = ALL
        .iter()
        .map(|(place, name, end)| Tab {
            label: name(t),
            href: format!("{base}/settings{end}"),
            count: None,
            here: *place == page,
        })
        .collect();
    let body = html! {
        @if row.len() > 1 { (tabs(t.nav_settings(), &row)) }
        div.column.stack { (body) }
    };
    let title = row.iter().find(|tab| tab.here).map_or("", |tab| tab.label);
    let title = format!("{title} · {}", t.nav_settings());
    let place = Place { title: &title, status: Some(faults.status()), ..Place::default() };
    let branch = at.depot.default_branch.clone();
    at.show(visit, Here::Settings, &branch, place, Markup::default(), &body).await
}
