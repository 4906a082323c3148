//! The pages, each a small module: parse, authorise, ask a domain, draw.

mod admin;
mod analysis;
mod consent;
mod depots;
mod entry;
mod home;
mod own;
mod prefs;
mod projects;
pub mod reference;
mod search;
mod specs;
mod ssh;
mod tabbed;

use axum::{
    Router, middleware,
    routing::{get, post},
};
use base::Error;
use call::Env;
use tower_http::compression::CompressionLayer;

use crate::{
    assets,
    request::{Answer, Asked, Fault, Visit, gate},
    response, stories,
};

/// Everything under `/` that is for people, with a page for every address
/// that nothing answers.
///
/// A session is found once for each request; forms of other sites are
/// refused; an error becomes a page in the reader's language.
pub fn router(env: Env) -> Router {
    let pages = Router::new()
        .route("/", get(home::show))
        .route("/-/ui", get(show_stories))
        .route("/-/prefs", post(prefs::change))
        .merge(search::routes())
        .merge(entry::routes())
        .merge(consent::routes())
        .merge(own::routes())
        .merge(projects::routes())
        .merge(depots::routes())
        .merge(admin::routes())
        .merge(analysis::routes())
        .fallback(nothing_here)
        .layer(middleware::from_fn_with_state(env.clone(), gate))
        // No page repeats both a secret and what a stranger chose, so its
        // length tells nothing.
        .layer(CompressionLayer::new())
        .with_state(env);
    pages.merge(assets::router())
}

async fn show_stories(visit: Visit) -> Answer {
    visit.call.actor.user()?;
    Ok(response::page(http::StatusCode::OK, stories::stories(&visit.ui)))
}

async fn nothing_here(_: Visit, _: Asked) -> Result<(), Fault> {
    Err(Error::not_found("page").into())
}
