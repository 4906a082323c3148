use base::PageRequest;
use depots::DepotFilter;
use maud::{Markup, html};
use projects::ProjectFilter;

use crate::{
    components::{Icon, avatar, empty, icon, sheet},
    layout::{Head, head},
    request::{Answer, Asked, Place, Visit, link},
    response,
};

/// Projects and depots by name; as a list alone where a script asks.
pub(super) async fn show(visit: Visit, asked: Asked) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    visit.call.actor.user()?;
    let wish = asked.one("q");
    let page = PageRequest::first(20);
    let filter = ProjectFilter { name: wish.to_owned(), member: None };
    let projects = projects::list(&visit.call, &filter, page).await?.items;
    let filter = DepotFilter { name: wish.to_owned(), ..DepotFilter::default() };
    let depots = depots::list(&visit.call, &filter, page).await?.items;
    let list: Markup = html! {
        @for project in &projects {
            li { a href=(link(&["p", &project.name], "")) data-row { (avatar(&project.name, "square")) (project.display_name) span.n { (t.search_project()) } } }
        }
        @for depot in &depots {
            li { a href=(link(&["p", &depot.project_name, "d", &depot.name], "")) data-row { (icon(Icon::Depot)) (depot.project_name) " / " (depot.name) span.n { (t.search_depot()) } } }
        }
    };
    if asked.some("part").is_some() {
        return Ok(response::page(http::StatusCode::OK, html! { ul { (list) } }));
    }
    let top = Head { title: t.search_title(wish), ..Head::default() };
    let body = html! {
        (head(&top))
        @if projects.is_empty() && depots.is_empty() {
            (sheet(&empty(ui, Icon::Search, t.search_none(), t.search_none_about(), &Markup::default(), &[])))
        } @else {
            div.card.palette.still { ul { (list) } }
        }
    };
    visit.show(Place { title: t.nav_search(), ..Place::default() }, body).await
}
