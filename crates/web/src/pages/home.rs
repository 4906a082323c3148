use base::PageRequest;
use depots::DepotFilter;
use maud::{Markup, Render, html};
use projects::{Project, ProjectFilter};

use crate::{
    components::{Button, Icon, Weight, avatar, card_flush, empty, rows, sheet},
    layout::{Head, head},
    pages::{
        analysis::{latest_scan_rows, standing},
        depots::depot_row,
    },
    request::{Answer, Place, Visit, link},
    response,
};

/// How many depots the page lists.
const RECENT: u64 = 8;

pub(super) async fn show(visit: Visit) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    if visit.session.is_none() {
        return Ok(response::see_other("/login"));
    }
    let projects =
        projects::list(&visit.call, &ProjectFilter::default(), PageRequest::first(60)).await?;
    let mut depots =
        depots::list(&visit.call, &DepotFilter::default(), PageRequest::first(200)).await?.items;
    depots.sort_by_key(|depot| std::cmp::Reverse(depot.last_push_at.unwrap_or(depot.created_at)));
    depots.truncate(usize::try_from(RECENT).unwrap_or(8));
    let plans = standing(&visit, None, PageRequest::first(RECENT)).await?;
    let create = Button::link(t.nav_create_project(), "/projects/new")
        .weight(Weight::Primary)
        .icon(Icon::Plus)
        .key("c")
        .render();
    let body = if projects.items.is_empty() {
        sheet(&empty(ui, Icon::Overview, t.home_empty_title(), t.home_empty_about(), &create, &[]))
    } else {
        html! {
            section.stack.s12 {
                div.thirds { @for project in &projects.items { (project_card(&visit, project)) } }
            }
            @if !plans.is_empty() { (card_flush(t.home_plans(), None, &latest_scan_rows(ui, &plans, true))) }
            @if !depots.is_empty() {
                (card_flush(t.home_depots(), None, &rows(&html! { @for depot in &depots { (depot_row(ui, depot, true)) } })))
            }
        }
    };
    let top = Head {
        title: t.nav_projects().to_owned(),
        meta: html! { @if projects.total > 0 { span { (t.home_count(projects.total)) } } },
        acts: if projects.items.is_empty() { Markup::default() } else { create },
        ..Head::default()
    };
    visit
        .show(
            Place { title: t.nav_home(), ..Place::default() },
            html! { (head(&top)) div.stack.s32 { (body) } },
        )
        .await
}

fn project_card(visit: &Visit, project: &Project) -> Markup {
    html! {
        a.card.tile href=(link(&["p", &project.name], "")) data-row {
            span.line.keep {
                (avatar(&project.name, "square large"))
                span.grow { strong.cut.as-block { (project.display_name) } span.mono.muted.small.cut.as-block { (project.name) } }
            }
            p.muted.small.two { @if project.description.is_empty() { (visit.ui.t.project_no_description()) } @else { (project.description) } }
        }
    }
}
