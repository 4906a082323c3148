use axum::extract::Path;
use base::Read;
use depots::{Depot, DepotFilter, DepotKind, DepotState};
use maud::{Markup, Render, html};

use crate::{
    components::{
        Button, Icon, Row, Status, Tone, Weight, badge, empty, icon, pager, row, rows, sheet,
        status,
    },
    layout::{Head, Section, head},
    request::{Answer, Asked, Place, Visit, link},
    ui::Ui,
};

const SIZE: u64 = 50;

/// A depot as a line of a list.
pub(crate) fn depot_row(ui: &Ui, depot: &Depot, with_project: bool) -> Markup {
    let t = ui.t;
    let title = if with_project {
        format!("{} / {}", depot.project_name, depot.name)
    } else {
        depot.name.clone()
    };
    row(&Row {
        lead: icon(Icon::Depot),
        title: &title,
        href: &link(&["p", &depot.project_name, "d", &depot.name], ""),
        signs: html! {
            @if depot.shared { (badge(t.depot_shared(), None)) }
            @if depot.archived { (badge(t.general_archived(), Some(Tone::Warn))) }
            @if let DepotKind::Outside { .. } = &depot.kind { (badge(t.depot_mirror(), None)) }
        },
        meta: html! {
            @if !depot.description.is_empty() { span.cut { (depot.description) } }
            @if let Some(at) = depot.last_push_at { span { (t.depot_pushed()) " " (ui.time(at.to_jiff())) } }
            @else { span { (t.depot_made()) " " (ui.time(depot.created_at.to_jiff())) } }
        },
        side: html! {
            @match &depot.state {
                DepotState::Ready => {},
                DepotState::Importing => { (status(ui, Status::Running)) }
                DepotState::Failed { .. } => { (status(ui, Status::Failed)) }
            }
        },
    })
}

pub(super) async fn show(visit: Visit, Path(slug): Path<String>, asked: Asked) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let project = visit.project::<Read>(&slug).await?;
    let nav = visit.nav(&project).await?;
    let filter = DepotFilter {
        project: Some(project.id),
        name: asked.one("q").to_owned(),
        ..DepotFilter::default()
    };
    let depots = depots::list(&visit.call, &filter, asked.page(SIZE)).await?;
    let base = link(&["p", &slug, "depots"], "");
    let acts = html! {
        (Button::link(t.nav_import_depot(), &format!("{base}/import")).icon(Icon::Import))
        (Button::link(t.nav_create_depot(), &format!("{base}/new")).weight(Weight::Primary).icon(Icon::Plus).key("c").render())
    };
    let number = depots.page.number();
    let page_at = |n: u64| format!("{base}?page={n}");
    let nothing = depots.items.is_empty() && asked.some("q").is_none();
    let body = html! {
        @if nothing {
            (sheet(&empty(ui, Icon::Depot, t.depots_empty_title(), t.depots_empty_about(), &acts, &[])))
        } @else {
            div.stack.s16 {
                form.line method="get" { input.input.fit type="search" name="q" value=(asked.one("q")) placeholder=(t.action_filter()) aria-label=(t.action_filter()); }
                (sheet(&rows(&html! { @for depot in &depots.items { (depot_row(ui, depot, false)) } })))
                (pager(ui, (number > 1).then(|| page_at(number - 1)).as_deref(), &t.list_page(number), depots.has_next().then(|| page_at(number + 1)).as_deref()))
            }
        }
    };
    let top = Head {
        title: t.nav_code().to_owned(),
        meta: html! { @if !nothing { span { (t.depots_count(depots.total)) } } },
        acts: if nothing { Markup::default() } else { acts },
        ..Head::default()
    };
    let body = html! { (head(&top)) (body) };
    visit
        .show(
            Place {
                title: t.nav_code(),
                project: Some(&nav),
                section: Section::Code,
                ..Place::default()
            },
            body,
        )
        .await
}
