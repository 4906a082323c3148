//! The main service: repositories, projects, schemes, jobs.

mod repositories;

use axum::Router;
use axum::routing::get;
use call::Env;

pub(crate) fn router() -> Router<Env> {
    Router::new().route("/orgs/{org_sid}/teams/{team_name}/repos/", get(repositories::list))
}
