//! Any metric at any commit: its course along a branch.

use analysis::{
    Backfill, BackfillId, BackfillKind, BackfillState, HistoryMetric, MetricPoint, MetricSeries,
    NewBackfill, SeriesQuery, backfills, metric_series,
};
use axum::extract::Path;
use base::{Error, PageRequest, Read, Write};
use depots::DepotId;
use maud::{Markup, Render, html};

use super::{
    frame::{At, at, short},
    words::{number, why},
};
use crate::{
    charts::{Frame, Ink, Plot, Series, trend},
    components::{
        Button, Column, Field, Icon, Status, Tone, Weight, badge, banner, card, card_flush, empty,
        folding, person, progress, sheet, status,
    },
    i18n::{Text, group},
    layout::{Head, head},
    request::{Answer, Asked, Fault, Faults, Fields, Place, Visit, link},
    response,
};

/// Points of the picture, and lines of the table.
const POINTS: u64 = 60;
/// Back-fills that are told of.
const FILLS: u64 = 3;

pub(super) async fn show(
    visit: Visit,
    Path((project, plan)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    page(&visit, &project, &plan, &asked, &Fields::default(), &Faults::default()).await
}

async fn page(
    visit: &Visit,
    project: &str,
    plan: &str,
    asked: &Asked,
    fields: &Fields,
    faults: &Faults,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let at = at::<Read>(visit, project, plan).await?;
    let metric = asked.one("metric").parse().unwrap_or(HistoryMetric::Findings);
    let depot = asked.one("depot").parse().ok().map(DepotId);
    let query = SeriesQuery {
        depot,
        branch: asked.one("branch").to_owned(),
        metrics: vec![metric],
        directory: asked.one("dir").trim_matches('/').to_owned(),
        points: POINTS,
        ..SeriesQuery::default()
    };
    let kind = BackfillKind::Measures;
    let fills = backfills(&visit.call, &at.plan, kind, PageRequest::first(FILLS)).await?.items;
    let busy = fills.iter().any(|one| !one.state.is_final());
    let (series, wrong) = match metric_series(&visit.call, &at.plan, &query).await {
        Ok(series) => (series, Faults::default()),
        Err(error) => (MetricSeries::default(), Faults::of(ui, error, &["branch"])?),
    };
    let about = metric_name(t, metric);
    let top = Head {
        crumbs: at.crumbs(visit, &[(t.past_title().to_owned(), String::new())]),
        title: t.past_title().to_owned(),
        meta: html! { span { (t.past_about()) } },
        acts: html! { (Button::link(t.leaks_title(), &format!("{}/secrets", at.base())).icon(Icon::Key)) (Button::link(t.versus_title(), &format!("{}/compare", at.base())).icon(Icon::History)) },
        ..Head::default()
    };
    let body = html! {
        (head(&top))
        div.stack {
            (wish(visit, &at, asked, metric, &wrong).await?)
            (wrong.banner(ui))
            @if series.points.is_empty() {
                (sheet(&empty(ui, Icon::History, t.past_none(), t.past_none_about(), &Markup::default(), &[])))
            } @else {
                (picture(visit, &series, metric, about))
                (commits(visit, &at, depot, &series, about))
            }
            (filling(visit, &at, &series, &fills, fields, faults))
        }
    };
    let status =
        if faults.status() == http::StatusCode::OK { wrong.status() } else { faults.status() };
    let place = Place {
        title: t.past_title(),
        refresh: busy.then_some(3),
        status: Some(status),
        ..Place::default()
    };
    at.show(visit, place, body).await
}

/// What is to be shown, as a form whose answer is an address.
async fn wish(
    visit: &Visit,
    at: &At<Read>,
    asked: &Asked,
    metric: HistoryMetric,
    wrong: &Faults,
) -> Result<Markup, Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let metrics: Vec<(&str, &str)> =
        HistoryMetric::ALL.iter().map(|one| (one.as_str(), metric_name(t, *one))).collect();
    let sources: Vec<(String, String)> = at
        .plan
        .sources
        .iter()
        .filter_map(|source| {
            let depot = at.depots.get(&source.depot)?;
            Some((source.depot.to_string(), depot.name.clone()))
        })
        .collect();
    let depots: Vec<(&str, &str)> =
        sources.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
    let first = at.plan.sources.first();
    let folders = match at.plan.latest_result {
        Some(id) => {
            let scan = analysis::scan_by_id(&visit.call, &at.plan, id).await?;
            let commit = scan.sources.first().map(|source| source.commit.as_str());
            let known = match commit {
                Some(commit) => {
                    analysis::commit_measures(&visit.call, &at.plan, None, commit).await
                }
                None => Ok(None),
            };
            match known {
                Ok(known) => known.map(|one| one.directories).unwrap_or_default(),
                Err(Error::Unsupported { .. } | Error::NotFound { .. }) => Vec::new(),
                Err(error) => return Err(error.into()),
            }
        }
        None => Vec::new(),
    };
    let folders: Vec<String> = folders.into_iter().map(|one| one.path).collect();
    let branch = first.map_or("", |source| source.branch.as_str());
    Ok(html! {
        form.card method="get" { div.body.ask {
            (Field::new(ui, "metric", t.past_metric()).choice(&metrics).value(metric.as_str()))
            @if depots.len() > 1 { (Field::new(ui, "depot", t.search_depot()).choice(&depots).value(asked.one("depot"))) }
            (Field::new(ui, "branch", t.plan_branch()).value(asked.one("branch")).placeholder(branch).mono().optional().fault(wrong.get("branch")))
            (Field::new(ui, "dir", t.past_folder()).value(asked.one("dir")).suggestions(&folders).mono().optional())
            (Button::submit(t.past_show()).weight(Weight::Normal))
        } }
    })
}

/// In tenths where a metric has parts of one.
fn tenths(metric: HistoryMetric) -> bool {
    matches!(metric, HistoryMetric::Duplication | HistoryMetric::Density)
}

fn picture(visit: &Visit, series: &MetricSeries, metric: HistoryMetric, about: &str) -> Markup {
    let t = visit.ui.t;
    let known: Vec<(&MetricPoint, f64)> =
        series.points.iter().filter_map(|point| Some((point, (*point.values.first()?)?))).collect();
    if known.is_empty() {
        return banner(Tone::Info, t.past_not_of_folder(), &Markup::default());
    }
    let factor = if tenths(metric) { 10.0 } else { 1.0 };
    #[expect(clippy::cast_possible_truncation, reason = "a count below 2^53")]
    let values: Vec<i64> = known.iter().map(|(_, value)| (value * factor).round() as i64).collect();
    let at: Vec<String> = known
        .iter()
        .map(|(point, _)| point.at.to_jiff().strftime("%Y-%m-%d").to_string())
        .collect();
    let said = match (known.first(), known.last()) {
        (Some((_, first)), Some((_, last))) if known.len() > 1 => {
            t.past_said(number(*first), number(*last), known.len())
        }
        _ => String::new(),
    };
    let outdated = series.points.iter().filter(|point| point.outdated).count();
    let line = Series { name: about, ink: Ink::Number(1), values: &values };
    let plot =
        Plot { at: &at, series: std::slice::from_ref(&line), height: 240, tenths: tenths(metric) };
    html! {
        (card(about, None, &trend(&visit.ui, &Frame { title: about, about: &said }, &plot)))
        @if outdated > 0 { (banner(Tone::Info, &t.past_outdated(outdated), &html! { p { (t.past_outdated_about()) } })) }
    }
}

/// The commits, the newest first, each with what became of the metric.
fn commits(
    visit: &Visit,
    at: &At<Read>,
    depot: Option<DepotId>,
    series: &MetricSeries,
    about: &str,
) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let source = depot.or_else(|| at.plan.sources.first().map(|source| source.depot));
    let depot = source.and_then(|id| at.depots.get(&id));
    let columns = [
        Column::text(t.past_commit()),
        Column::number(about),
        Column::number(t.past_change()),
        Column::text(""),
    ];
    let mut lines: Vec<Vec<Markup>> = Vec::with_capacity(series.points.len());
    for (place, point) in series.points.iter().enumerate() {
        let value = point.values.first().copied().flatten();
        let before = place.checked_sub(1).and_then(|place| series.points.get(place));
        let old = before.and_then(|point| point.values.first().copied().flatten());
        let compare = before.map(|before| {
            let mut address =
                format!("{}/compare?old={}&new={}", at.base(), before.commit, point.commit);
            if let Some(id) = source.filter(|_| at.plan.sources.len() > 1) {
                address.push_str(&format!("&depot={id}"));
            }
            address
        });
        lines.push(vec![
            html! {
                @match depot {
                    Some(depot) => { a.mono href=(link(&["p", &depot.project_name, "d", &depot.name, "commit", &point.commit], "")) data-row { (short(&point.commit)) } }
                    None => { span.mono { (short(&point.commit)) } }
                }
                " " (point.title)
                @if point.outdated { " " (badge(t.past_other_rules(), None)) }
                div.small.muted { (point.author) " · " (ui.time(point.at.to_jiff())) }
            },
            html! { @if let Some(value) = value { (number(value)) } @else { "–" } },
            html! { @if let (Some(value), Some(old)) = (value, old) { (signed(value - old)) } },
            html! { @if let Some(href) = compare { a.small.nowrap href=(href) { (t.past_compare()) } } },
        ]);
    }
    lines.reverse();
    card_flush(
        &t.past_measured(series.measured, series.commits),
        None,
        &folding(about, &columns, &lines),
    )
}

/// With its sign; nothing for no change.
pub(super) fn signed(value: f64) -> String {
    match number(value).as_str() {
        "0" | "-0" => String::new(),
        text if value > 0.0 => format!("+{text}"),
        text => text.replace('-', "−"),
    }
}

/// Measuring commits that nobody scanned.
fn filling(
    visit: &Visit,
    at: &At<Read>,
    series: &MetricSeries,
    fills: &[Backfill],
    fields: &Fields,
    faults: &Faults,
) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let busy = fills.iter().any(|one| !one.state.is_final());
    let missing = series.commits.saturating_sub(series.measured);
    let base = format!("{}/history", at.base());
    let wanted = if fields.one("commits").is_empty() { "200" } else { fields.one("commits") };
    html! {
        @if at.nav.manage || !fills.is_empty() {
            (card(t.past_fill(), None, &html! { div.stack.s12 {
                p.muted { (t.past_fill_about()) @if missing > 0 { " " (t.past_missing(missing)) } }
                @for one in fills { (fill(visit, at, one, "history/fill")) }
                @if at.nav.manage && !busy {
                    form.form method="post" action={ (base) "/fill" } {
                        (faults.banner(ui))
                        div.pair {
                            (Field::new(ui, "commits", t.past_how_many()).kind("number").value(wanted).between("1", "1000").fault(faults.get("commits")))
                            (Field::new(ui, "branch", t.plan_branch()).value(fields.one("branch")).mono().optional().fault(faults.get("branch")))
                        }
                        div.line { (Button::submit(t.past_fill_now()).icon(Icon::Play)) }
                    }
                }
            } }))
        }
    }
}

/// A back-fill; it is stopped below `where_to` of the plan.
pub(super) fn fill(visit: &Visit, at: &At<Read>, one: &Backfill, where_to: &str) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let state = match one.state {
        BackfillState::Queued => Status::Waiting,
        BackfillState::Running => Status::Running,
        BackfillState::Done => Status::Done,
        BackfillState::Failed => Status::Failed,
        BackfillState::Cancelled => Status::Cancelled,
    };
    let part = |number: u64| group(i64::try_from(number).unwrap_or(i64::MAX));
    html! {
        div.stack.s8 {
            div.line {
                (status(ui, state))
                span { (one.branch) " · " (t.past_done(part(one.done), part(one.total))) }
                @if one.failed > 0 { span.small.muted { (t.past_failed(one.failed)) } }
                @if one.found > 0 { strong.small { (t.leaks_found(one.found)) } }
                span.line.tight.small.muted { (person(&one.creator_name)) (ui.time(one.created_at.to_jiff())) }
                @if !one.state.is_final() && at.nav.manage {
                    form method="post" action={ (at.base()) "/" (where_to) "/" (one.id) "/cancel" } { (Button::submit(t.scan_cancel()).render()) }
                }
            }
            @if !one.state.is_final() && one.total > 0 { (progress(t.past_fill(), u8::try_from(one.done * 100 / one.total).ok())) }
            @if one.full { p.small { (t.leaks_run_full()) } }
            @if !one.error.is_empty() { p.small { (why(t, &one.error)) } }
        }
    }
}

pub(super) async fn start(
    visit: Visit,
    Path((project, plan)): Path<(String, String)>,
    asked: Asked,
    fields: Fields,
) -> Answer {
    let at = at::<Write>(&visit, &project, &plan).await?;
    let wanted = NewBackfill {
        depot: asked.one("depot").parse().ok().map(DepotId),
        branch: fields.one("branch").to_owned(),
        commits: fields.one("commits").parse().unwrap_or(0),
    };
    match analysis::start_backfill(&visit.call, &at.plan, wanted).await {
        Ok(_) => Ok(response::see_other(&format!("{}/history", at.base()))),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &["commits", "branch"])?;
            page(&visit, &project, &plan, &asked, &fields, &faults).await
        }
    }
}

pub(super) async fn cancel(
    visit: Visit,
    Path((project, plan, id)): Path<(String, String, i64)>,
) -> Answer {
    let at = at::<Write>(&visit, &project, &plan).await?;
    analysis::cancel_backfill(&visit.call, &at.plan, BackfillId(id)).await?;
    Ok(response::see_other(&format!("{}/history", at.base())))
}

/// What is measured, in words.
pub(super) fn metric_name(t: Text, metric: HistoryMetric) -> &'static str {
    match metric {
        HistoryMetric::Files => t.measured_files(),
        HistoryMetric::Lines => t.measured_lines(),
        HistoryMetric::Code => t.measured_code(),
        HistoryMetric::Comments => t.measured_comments(),
        HistoryMetric::Functions => t.measured_functions(),
        HistoryMetric::Cyclomatic => t.measured_cyclomatic(),
        HistoryMetric::Cognitive => t.measured_cognitive(),
        HistoryMetric::MaxCyclomatic => t.measured_max_cyclomatic(),
        HistoryMetric::ComplexFunctions => t.measured_complex_functions(),
        HistoryMetric::DuplicatedLines => t.measured_duplicated_lines(),
        HistoryMetric::Duplication => t.measured_duplication(),
        HistoryMetric::DuplicateBlocks => t.measured_duplicate_blocks(),
        HistoryMetric::Findings => t.measured_findings(),
        HistoryMetric::Fatal => t.measured_fatal(),
        HistoryMetric::Errors => t.measured_errors(),
        HistoryMetric::Warnings => t.measured_warnings(),
        HistoryMetric::Infos => t.measured_infos(),
        HistoryMetric::Density => t.measured_density(),
        HistoryMetric::Suppressed => t.measured_suppressed(),
    }
}
