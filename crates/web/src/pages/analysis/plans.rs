use std::collections::HashMap;

use analysis::{PlanFilter, PlanId, Scan, ScanPlan, Verdict, latest_results, latest_scans};
use axum::extract::Path;
use base::{Error, PageRequest, Read};
use depots::{Depot, DepotId};
use maud::{Markup, Render, html};
use projects::ProjectId;

use super::words::{scan_state, severities};
use crate::{
    components::{
        Button, Icon, Row, Status, Weight, badge, empty, icon, pager, row, rows, sheet,
        status_mark, verdict,
    },
    layout::{Head, Section, head},
    request::{Answer, Asked, Place, Visit, link},
    ui::Ui,
};

const SIZE: u64 = 50;

/// The plans of one project or of all, with how they stand.
#[derive(Debug)]
pub(crate) struct Standing {
    plans: Vec<ScanPlan>,
    latest: HashMap<PlanId, Scan>,
    results: HashMap<PlanId, Scan>,
    depots: HashMap<DepotId, Depot>,
    projects: HashMap<ProjectId, projects::Project>,
    pub(crate) total: u64,
    more: bool,
}

/// Reads how plans stand: five queries for any number of them.
pub(crate) async fn standing(
    visit: &Visit,
    project: Option<ProjectId>,
    page: PageRequest,
) -> Result<Standing, Error> {
    let filter = PlanFilter { project, ..PlanFilter::default() };
    let found = analysis::plans(&visit.call, &filter, page).await?;
    let more = found.has_next();
    let plans = found.items;
    let latest = latest_scans(&visit.call, &plans).await?;
    let results = latest_results(&visit.call, &plans).await?;
    let ids: Vec<DepotId> =
        plans.iter().flat_map(|plan| plan.sources.iter().map(|source| source.depot)).collect();
    let depots = depots::by_ids(&visit.call, &ids).await?;
    let ids: Vec<ProjectId> = plans.iter().map(|plan| plan.project).collect();
    let projects = projects::by_ids(&visit.call, &ids).await?;
    Ok(Standing { plans, latest, results, depots, projects, total: found.total, more })
}

impl Standing {
    /// Whether there is no plan.
    pub(crate) fn is_empty(&self) -> bool {
        self.plans.is_empty()
    }

    /// How many gates say no, and how many plans have a result.
    pub(crate) fn gates(&self) -> (usize, usize) {
        let failed =
            |scan: &&Scan| scan.result.as_ref().is_some_and(|r| r.gate.verdict == Verdict::Failed);
        (self.results.values().filter(failed).count(), self.results.len())
    }
}

/// A line for each plan.
pub(crate) fn latest_scan_rows(ui: &Ui, all: &Standing, with_project: bool) -> Markup {
    rows(&html! { @for plan in &all.plans { (plan_row(ui, all, plan, with_project)) } })
}

fn plan_row(ui: &Ui, all: &Standing, plan: &ScanPlan, with_project: bool) -> Markup {
    let t = ui.t;
    let latest = all.latest.get(&plan.id);
    let result = all.results.get(&plan.id);
    let project = all.projects.get(&plan.project).map_or("", |project| project.name.as_str());
    let state = latest.map_or(Status::Waiting, |scan| scan_state(scan.state));
    let title = if with_project { format!("{project} / {}", plan.name) } else { plan.name.clone() };
    row(&Row {
        lead: status_mark(ui, state),
        title: &title,
        href: &link(&["p", project, "analysis", &plan.id.to_string()], ""),
        signs: html! { @if !plan.enabled { (badge(t.plan_paused(), None)) } },
        meta: html! {
            @for source in &plan.sources {
                @if let Some(depot) = all.depots.get(&source.depot) { span { (icon(Icon::Depot)) (depot.name) } span { (icon(Icon::Branch)) (source.branch) } }
            }
            @match latest {
                Some(scan) => { span { (t.scan_number(scan.number)) " · " (ui.time(scan.finished_at.unwrap_or(scan.created_at).to_jiff())) } }
                None => { span { (t.plan_never()) } }
            }
        },
        side: html! { @if let Some(found) = result.and_then(|scan| scan.result.as_ref()) { (severities(ui, &found.open)) } },
    })
}

pub(super) async fn show(visit: Visit, Path(slug): Path<String>, asked: Asked) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let project = visit.project::<Read>(&slug).await?;
    let nav = visit.nav(&project).await?;
    let page = asked.page(SIZE);
    let all = standing(&visit, Some(project.id), page).await?;
    let base = link(&["p", &slug, "analysis"], "");
    let create = Button::link(t.nav_create_plan(), &format!("{base}/new"))
        .weight(Weight::Primary)
        .icon(Icon::Plus)
        .key("c")
        .render();
    let number = page.number();
    let body = if all.is_empty() {
        sheet(&empty(
            ui,
            Icon::Analysis,
            t.plans_empty_title(),
            t.plans_empty_about(),
            &create,
            &[],
        ))
    } else {
        html! { div.stack.s16 {
            (summary(ui, &all))
            (sheet(&latest_scan_rows(ui, &all, false)))
            (pager(ui, (number > 1).then(|| format!("{base}?page={}", number - 1)).as_deref(), &t.list_page(number), all.more.then(|| format!("{base}?page={}", number + 1)).as_deref()))
        } }
    };
    let top = Head {
        title: t.nav_analysis().to_owned(),
        meta: html! { @if !all.is_empty() { span { (t.plans_count(all.total)) } } },
        acts: if all.is_empty() {
            Markup::default()
        } else {
            let rulesets = link(&["p", &slug, "analysis", "rulesets"], "");
            html! { (Button::link(t.quality_rulesets(), &rulesets).icon(Icon::Settings)) (create) }
        },
        ..Head::default()
    };
    let body = html! { (head(&top)) (body) };
    visit
        .show(
            Place {
                title: t.nav_analysis(),
                project: Some(&nav),
                section: Section::Analysis,
                ..Place::default()
            },
            body,
        )
        .await
}

/// How the plans stand as a whole.
fn summary(ui: &Ui, all: &Standing) -> Markup {
    let t = ui.t;
    let (failed, known) = all.gates();
    match (failed, known) {
        (_, 0) => Markup::default(),
        (0, _) => verdict(Status::Passed, &t.plans_good(known), &Markup::default()),
        (failed, known) => verdict(Status::Failed, &t.plans_bad(failed, known), &Markup::default()),
    }
}
