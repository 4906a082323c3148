use axum::extract::Path;
use base::{PageRequest, Read};
use depots::DepotFilter;
use maud::{Markup, Render, html};
use projects::members;

use crate::{
    components::{
        Button, Icon, Status, Weight, avatar, card, card_flush, empty, facts, rows, sheet, verdict,
    },
    layout::{Head, Section, head},
    pages::{
        analysis::{latest_scan_rows, standing},
        depots::depot_row,
    },
    request::{Answer, Place, Visit, link},
};

pub(super) async fn show(visit: Visit, Path(slug): Path<String>) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let project = visit.project::<Read>(&slug).await?;
    let nav = visit.nav(&project).await?;
    let filter = DepotFilter { project: Some(project.id), ..DepotFilter::default() };
    let depots = depots::list(&visit.call, &filter, PageRequest::first(10)).await?;
    let people = members::list(&visit.call, &project, None, PageRequest::first(12)).await?;
    let plans = standing(&visit, Some(project.id), PageRequest::first(6)).await?;
    let base = link(&["p", &slug], "");
    let new_depot = format!("{base}/depots/new");
    let create = html! {
        (Button::link(t.nav_create_depot(), &new_depot).weight(Weight::Primary).icon(Icon::Plus).key("c"))
    };
    let code: Markup = if depots.items.is_empty() {
        let acts = html! { (create) (Button::link(t.nav_import_depot(), &format!("{base}/depots/import")).icon(Icon::Import).render()) };
        sheet(&empty(ui, Icon::Depot, t.depots_empty_title(), t.depots_empty_about(), &acts, &[]))
    } else {
        let all = html! { a.small href={ (base) "/depots" } { (t.depots_all(depots.total)) } };
        card_flush(
            t.nav_code(),
            Some(&all),
            &rows(&html! { @for depot in &depots.items { (depot_row(ui, depot, false)) } }),
        )
    };
    let (failed, known) = plans.gates();
    let judged = html! {
        @match (failed, known) {
            (_, 0) => {}
            (0, known) => { (verdict(Status::Passed, &t.plans_good(known), &Markup::default())) }
            (failed, known) => { (verdict(Status::Failed, &t.plans_bad(failed, known), &Markup::default())) }
        }
        @if !plans.is_empty() {
            (card_flush(t.nav_analysis(), Some(&html! { a.small href={ (base) "/analysis" } { (t.plans_count(plans.total)) } }), &latest_scan_rows(ui, &plans, false)))
        }
    };
    let side = html! {
        (card(t.project_facts(), None, &facts(false, &[
            (t.project_slug(), html! { code { (project.name) } }),
            (t.made_at(), ui.time(project.created_at.to_jiff())),
            ("ID", html! { span.mono.small { (project.id) " · " (project.uid) } }),
        ])))
        (card(t.nav_members(), Some(&html! { a.small href={ (base) "/members" } { (t.people_count(people.total)) } }), &html! {
            div.stack.s8 {
                @for member in &people.items {
                    span.line.keep { (avatar(&member.user.display_name, "")) span.cut { (member.user.display_name) } }
                }
            }
        }))
    };
    let top = Head {
        title: project.display_name.clone(),
        meta: html! { @if !project.description.is_empty() { span { (project.description) } } },
        acts: if depots.items.is_empty() { Markup::default() } else { create },
        ..Head::default()
    };
    let body = html! { (head(&top)) div.split { div.stack { (judged) (code) } aside.stack.s16 { (side) } } };
    visit
        .show(
            Place {
                title: &project.display_name,
                project: Some(&nav),
                section: Section::Overview,
                ..Place::default()
            },
            body,
        )
        .await
}
