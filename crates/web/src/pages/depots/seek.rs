//! Searching the code of one depot.

use axum::extract::Path;
use base::Read;
use maud::{Markup, html};

use super::frame::{Here, at};
use crate::{
    pages::search,
    request::{Answer, Asked, Place, Visit, blocking},
    response,
};

/// Branches to choose from.
const BRANCHES: usize = 200;

pub(super) async fn show(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    let at = at::<Read>(&visit, &project, &depot).await?;
    let mut branches = Vec::new();
    if !visit.part {
        let repository = at.open(&visit)?;
        let query = git::RefQuery { limit: BRANCHES, ..git::RefQuery::default() };
        let known = blocking(move || repository.branch_page(&query)).await?;
        let known = known.items.into_iter().map(|branch| branch.name);
        let first = [at.depot.default_branch.as_str(), asked.one("branch")];
        branches.extend(first.map(str::to_owned));
        branches.extend(known.filter(|name| !first.contains(&name.as_str())));
        branches.dedup();
        branches.retain(|name| !name.is_empty());
    }
    let address = format!("{}/search", at.base());
    let body = search::in_depot(&visit, &asked, &at.depot, &address, &branches).await?;
    if visit.part {
        return Ok(response::page(http::StatusCode::OK, body));
    }
    let place = Place { title: visit.ui.t.nav_search(), ..Place::default() };
    let rev = at.depot.default_branch.clone();
    let body = html! { div.stack.s16 { (body) } };
    at.show(&visit, Here::Search, &rev, place, Markup::default(), &body).await
}
