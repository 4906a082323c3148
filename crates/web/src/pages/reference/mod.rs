//! The reference of an interface: a list of its actions, a page for each with
//! a form to try it, and the whole as data for tools.
//!
//! What the actions are comes from a [`Source`]; these pages know none.

mod entry;
mod list;
mod source;
mod trial;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    middleware,
    response::IntoResponse as _,
    routing::get,
};
use base::Error;
use call::Env;

use crate::request::{Answer, Asked, Fields, Visit, gate};

pub use source::{Entry, Known, Listed, Parameter, Running, Section, Source, Words};

type Shared = State<Arc<dyn Source>>;

/// The pages under `/docs/api`, for everybody. What is tried in a form is done
/// as the user whose session it is; forms of other sites are refused.
pub fn router(env: Env, source: Arc<dyn Source>) -> Router {
    Router::new()
        .route("/docs/api", get(show_list))
        .route("/docs/api.json", get(machine_readable))
        .route("/docs/api/{action}", get(show_entry).post(try_out))
        .layer(middleware::from_fn_with_state(env, gate))
        .with_state(source)
}

async fn show_list(State(source): Shared, visit: Visit, asked: Asked) -> Answer {
    list::show(&*source, &visit, &asked).await
}

async fn machine_readable(State(source): Shared, visit: Visit) -> Answer {
    Ok(Json(source.machine_readable(visit.base())).into_response())
}

async fn show_entry(State(source): Shared, visit: Visit, Path(action): Path<String>) -> Answer {
    let entry = find(&*source, &action)?;
    entry::show(&visit, &entry, &trial::Trial::begun(&entry)).await
}

async fn try_out(
    State(source): Shared,
    visit: Visit,
    Path(action): Path<String>,
    fields: Fields,
) -> Answer {
    visit.call.actor.user()?;
    let entry = find(&*source, &action)?;
    let trial = trial::Trial::run(&*source, &visit, &entry, fields).await?;
    entry::show(&visit, &entry, &trial).await
}

fn find(source: &dyn Source, action: &str) -> Result<Entry, Error> {
    source.entry(action).ok_or_else(|| Error::not_found("page"))
}

#[cfg(test)]
mod tests;
