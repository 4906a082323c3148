//! Projects and depots by name.

use base::{Error, PageRequest};
use depots::DepotFilter;
use maud::{Markup, html};
use projects::ProjectFilter;

use crate::{
    components::{Icon, avatar, icon},
    request::{Visit, link},
};

/// The list, at most `most` of each; nothing where none has the name.
pub(super) async fn list(visit: &Visit, wish: &str, most: u64) -> Result<Option<Markup>, Error> {
    let t = visit.ui.t;
    let page = PageRequest::first(most);
    let filter = ProjectFilter { name: wish.to_owned(), member: None };
    let projects = projects::list(&visit.call, &filter, page).await?.items;
    let filter = DepotFilter { name: wish.to_owned(), ..DepotFilter::default() };
    let depots = depots::list(&visit.call, &filter, page).await?.items;
    if projects.is_empty() && depots.is_empty() {
        return Ok(None);
    }
    Ok(Some(html! {
        @for project in &projects {
            li { a href=(link(&["p", &project.name], "")) data-row { (avatar(&project.name, "square")) (project.display_name) span.n { (t.search_project()) } } }
        }
        @for depot in &depots {
            li { a href=(link(&["p", &depot.project_name, "d", &depot.name], "")) data-row { (icon(Icon::Depot)) (depot.project_name) " / " (depot.name) span.n { (t.search_depot()) } } }
        }
    }))
}
