use analysis::{FindingFilter, FindingSort, findings};
use axum::extract::Path;
use base::{Error, PageRequest, Read};
use maud::{Markup, html};

use super::{
    frame::at,
    ratings::ratings,
    scan::gate_table,
    words::{inline, message, rule_sign, severities, severity, verdict as said},
};
use crate::{
    components::{Button, Column, Icon, card_flush, empty, folding, sheet, status_mark, verdict},
    layout::{Head, head},
    request::{Answer, Asked, Place, Visit},
    response,
};

/// Findings on the page.
const LISTED: u64 = 200;

/// The latest result on one page that prints well.
pub(super) async fn show(visit: Visit, Path((project, plan)): Path<(String, String)>) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let at = at::<Read>(&visit, &project, &plan).await?;
    let scan = match at.plan.latest_result {
        Some(id) => Some(analysis::scan_by_id(&visit.call, &at.plan, id).await?),
        None => None,
    };
    let top = Head {
        crumbs: at.crumbs(&visit, &[(t.quality_report().to_owned(), String::new())]),
        title: format!("{} · {}", at.plan.name, t.quality_report()),
        meta: html! { (at.sources()) },
        acts: html! { @if at.plan.latest_result.is_some() {
            (Button::link(t.report_pdf(), &format!("{}/report.pdf", at.base())).icon(Icon::Export))
        } },
        ..Head::default()
    };
    let body = match scan.as_ref().and_then(|scan| Some((scan, scan.result.as_ref()?))) {
        None => sheet(&empty(
            ui,
            Icon::Analysis,
            t.plan_never(),
            t.plan_never_about(),
            &Markup::default(),
            &[],
        )),
        Some((scan, result)) => {
            let measures = analysis::measures(&visit.call, &at.plan, scan).await?;
            let titles = analysis::rule_titles(&visit.call, &at.plan).await?;
            let (state, sentence) = said(t, &titles, scan, result);
            let page = PageRequest::first(LISTED);
            let filter = FindingFilter::active();
            let sort = FindingSort::Severity;
            let found = findings(&visit.call, &at.plan, &filter, sort, page).await?;
            let columns = [Column::text(t.quality_finding()), Column::text(t.quality_place())];
            let lines: Vec<Vec<Markup>> = found
                .items
                .iter()
                .map(|one| {
                    vec![
                        html! { (status_mark(ui, severity(one.severity))) " " a href=(at.finding(one.id)) { (inline(&message(t, &one.rule, &one.message))) } div.small.muted { (rule_sign(t, &titles, &one.rule)) } },
                        html! { span.mono.small { (one.path) ":" (one.line) } },
                    ]
                })
                .collect();
            html! {
                (verdict(state, &sentence, &html! { span.line { (at.commits(&scan.sources)) (severities(ui, &result.open)) (ui.time(scan.finished_at.unwrap_or(scan.created_at).to_jiff())) } }))
                (ratings(&visit, &at, scan, measures.as_ref(), None))
                @if !result.gate.conditions.is_empty() { (gate_table(&visit, &at, &titles, &result.gate)) }
                (card_flush(&t.findings_count(found.total), None, &folding(t.scan_findings(), &columns, &lines)))
                @if found.has_next() { p.small.muted { (t.quality_report_cut(LISTED)) } }
            }
        }
    };
    let title = t.quality_report();
    let place = Place { title, ..Place::default() };
    at.show(&visit, place, html! { (head(&top)) div.stack { (body) } }).await
}

/// The latest result, or the scan that is named, on paper.
pub(super) async fn file(
    visit: Visit,
    Path((project, plan)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    let at = at::<Read>(&visit, &project, &plan).await?;
    let scan = match (asked.one("scan").parse().ok(), at.plan.latest_result) {
        (Some(number), _) => analysis::scan(&visit.call, &at.plan, number).await?,
        (None, Some(id)) => analysis::scan_by_id(&visit.call, &at.plan, id).await?,
        (None, None) => return Err(Error::not_found("scan").into()),
    };
    let bytes = analysis::report(&visit.call, &at.plan, &scan, visit.ui.t.lang).await?;
    Ok(response::file(bytes, "application/pdf", &format!("report-{}.pdf", scan.number)))
}
