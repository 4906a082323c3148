use analysis::{
    PlanKind, RuleTitles, ScanFilter, ScanResult, Severity, StartOptions, TrendPoint, Trigger,
    scans, start as start_scan, trend,
};
use axum::extract::Path;
use base::{Read, Write};
use maud::{Markup, Render, html};

use super::{
    frame::{At, at, short},
    plan_starts,
    ratings::{over_time, ratings},
    running::running_card,
    words::{
        ended, ink, lasted, number, scan_state, severities, severity, severity_word, trigger,
        verdict as said,
    },
};
use crate::{
    charts::{Bar, Frame, Ink, Plot, Series, ribbon, spark, trend as trend_chart},
    components::{
        Button, Figure, Icon, Row, Weight, badge, card, card_flush, empty, figures, icon, row,
        rows, sheet, status_icon, status_mark, verdict,
    },
    i18n::group,
    layout::{Head, head},
    request::{Answer, Asked, Faults, Place, Visit},
    response,
};

/// Scans in the trend.
const POINTS: u64 = 30;
/// Scans in the list.
const LISTED: u64 = 12;

pub(super) async fn show(
    visit: Visit,
    Path((project, plan)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    page(&visit, &project, &plan, &asked, &Faults::default()).await
}

async fn page(visit: &Visit, project: &str, plan: &str, asked: &Asked, faults: &Faults) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let at = at::<Read>(visit, project, plan).await?;
    let base = at.base();
    let listed = scans(&visit.call, &at.plan, &ScanFilter::default(), asked.page(LISTED)).await?;
    let points = trend(&visit.call, &at.plan, POINTS).await?;
    let rated = analysis::ratings(&visit.call, &at.plan, POINTS).await?;
    let titles = analysis::rule_titles(&visit.call, &at.plan).await?;
    let now = listed.items.iter().find(|scan| !scan.state.is_final());
    let last = match at.plan.latest_result {
        Some(id) => Some(analysis::scan_by_id(&visit.call, &at.plan, id).await?),
        None => None,
    };
    let measures = match &last {
        Some(scan) => analysis::measures(&visit.call, &at.plan, scan).await?,
        None => None,
    };
    let leaks = match at.plan.kind {
        PlanKind::Builtin => Some(analysis::leak_counts(&visit.call, &at.plan).await?),
        PlanKind::Script => None,
    };
    let scan_now = html! {
        form method="post" action={ (base) "/scan" } { (Button::submit(t.scan_now()).weight(Weight::Primary).icon(Icon::Play).render()) }
    };
    let due = if at.plan.enabled { plan_starts::due(visit, &at.plan.definition) } else { None };
    let top = Head {
        crumbs: at.crumbs(visit, &[]),
        title: at.plan.name.clone(),
        signs: html! {
            @if !at.plan.enabled { (badge(t.plan_paused(), None)) }
            @if at.plan.kind == PlanKind::Script { (badge(t.plan_script(), None)) }
        },
        meta: html! { (at.sources()) @if let Some(due) = due { span { (icon(Icon::Clock)) (t.plan_due()) " " (due) } } @if !at.plan.description.is_empty() { span { (at.plan.description) } } },
        acts: html! { (Button::link(t.past_title(), &format!("{base}/history")).icon(Icon::History)) (Button::link(t.quality_report(), &format!("{base}/report")).icon(Icon::File)) (Button::link(t.gate_title(), &format!("{base}/gate")).icon(Icon::Passed)) (Button::link(t.quality_notices(), &format!("{base}/notices")).icon(Icon::Link)) (Button::link(t.nav_settings(), &format!("{base}/settings")).icon(Icon::Settings).key("e")) (scan_now) },
    };
    let number = listed.page.number();
    let body = html! {
        (head(&top))
        div.stack {
            (faults.banner(ui))
            @if let Some(scan) = now { (running_card(visit, scan, &at.scan(scan.number), at.nav.manage)) }
            @if let Some((scan, result)) = last.as_ref().and_then(|scan| Some((scan, scan.result.as_ref()?))) {
                @let (state, sentence) = said(t, &titles, scan, result);
                (verdict(state, &sentence, &html! {
                    span.line { a href=(at.scan(scan.number)) { (t.scan_number(scan.number)) } (at.commits(&scan.sources)) (ui.time(scan.finished_at.unwrap_or(scan.created_at).to_jiff())) }
                }))
                (ratings(visit, &at, scan, measures.as_ref(), leaks))
                (over_time(visit, &at, &rated))
                (overview(visit, &at, scan.number, result, &points))
                div.halves { (trend_card(visit, &points)) (languages_card(visit, result)) }
            } @else if now.is_none() {
                (sheet(&empty(ui, Icon::Analysis, t.plan_never(), t.plan_never_about(), &scan_now, &[])))
            }
            @if !listed.items.is_empty() { (card_flush(t.plan_scans(), None, &scan_rows(visit, &at, &titles, &listed.items))) }
            (crate::components::pager(ui, (number > 1).then(|| format!("{base}?page={}", number - 1)).as_deref(), &t.list_page(number), listed.has_next().then(|| format!("{base}?page={}", number + 1)).as_deref()))
        }
    };
    at.show(
        visit,
        Place {
            title: &at.plan.name,
            refresh: now.map(|_| 5),
            status: Some(faults.status()),
            ..Place::default()
        },
        body,
    )
    .await
}

/// At most six figures, each with how it went.
fn overview(
    visit: &Visit,
    at: &At<Read>,
    scan: i64,
    result: &ScanResult,
    points: &[TrendPoint],
) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let line = |value: &dyn Fn(&ScanResult) -> i64, ink: Ink| {
        let values: Vec<i64> = points.iter().map(|point| value(&point.result)).collect();
        Some(spark(ink, &values))
    };
    let address = at.scan(scan);
    let mut all: Vec<Figure<'_>> = [Severity::Fatal, Severity::Error, Severity::Warning]
        .into_iter()
        .map(|one| Figure {
            name: severity(one).word(ui),
            value: group(i64::from(result.open.of(one))),
            note: (result.new.of(one) > 0).then(|| (t.figure_new(result.new.of(one)), "up")),
            href: Some(format!("{address}?severity={}", one.id())),
            lead: Some(html! { span class={ "status " (severity(one).tone().class()) } { (status_icon(severity(one))) } }),
            spark: line(&|r| i64::from(r.open.of(one)), ink(one)),
        })
        .collect();
    all.push(Figure {
        name: t.figure_duplication(),
        value: format!("{} %", number(result.totals.duplication() * 100.0)),
        note: None,
        href: Some(format!("{address}?tab=duplicates")),
        lead: Some(icon(Icon::Duplicate)),
        #[expect(clippy::cast_possible_truncation, reason = "a percentage")]
        spark: line(&|r| (r.totals.duplication() * 1_000.0) as i64, Ink::Number(1)),
    });
    all.push(Figure {
        name: t.figure_complex(),
        value: group(i64::from(result.complex_functions)),
        note: Some((t.figure_highest(result.max_cyclomatic), "")),
        href: Some(format!("{address}?tab=functions")),
        lead: Some(icon(Icon::Function)),
        spark: line(&|r| i64::from(r.complex_functions), Ink::Number(1)),
    });
    all.push(Figure {
        name: t.figure_lines(),
        value: group(i64::from(result.totals.lines.code)),
        note: Some((t.figure_files(result.totals.files), "")),
        href: Some(format!("{address}?tab=code")),
        lead: Some(icon(Icon::Code)),
        spark: line(&|r| i64::from(r.totals.lines.code), Ink::Number(1)),
    });
    figures(&all)
}

fn trend_card(visit: &Visit, points: &[TrendPoint]) -> Markup {
    let t = visit.ui.t;
    let at: Vec<String> = points.iter().map(|point| format!("#{}", point.number)).collect();
    let values: Vec<(Severity, Vec<i64>)> = Severity::ALL
        .into_iter()
        .map(|one| (one, points.iter().map(|point| i64::from(point.result.open.of(one))).collect()))
        .collect();
    let series: Vec<Series<'_>> = values
        .iter()
        .filter(|(_, values)| values.iter().any(|value| *value > 0))
        .map(|(one, values)| Series { name: severity_word(t, *one), ink: ink(*one), values })
        .collect();
    let total = |point: &TrendPoint| point.result.open.total();
    let about = match (points.first(), points.last()) {
        (Some(first), Some(last)) if points.len() > 1 => {
            t.trend_about(total(first), total(last), points.len())
        }
        _ => t.trend_one().to_owned(),
    };
    let frame = Frame { title: t.trend_title(), about: &about };
    card(
        t.plan_trend(),
        None,
        &trend_chart(
            &visit.ui,
            &frame,
            &Plot { at: &at, series: &series, height: 220, tenths: false },
        ),
    )
}

/// The languages of a result: eight at most, the rest together.
pub(in crate::pages) fn language_bars(visit: &Visit, result: &ScanResult) -> Vec<Bar> {
    let mut all: Vec<Bar> = result
        .languages
        .iter()
        .filter(|one| one.totals.lines.code > 0)
        .zip(1_u8..)
        .map(|(one, place)| Bar {
            name: one.language.name().to_owned(),
            value: i64::from(one.totals.lines.code),
            ink: Ink::Number(place),
            href: None,
        })
        .collect();
    if all.len() > 8 {
        let rest = all.split_off(7).iter().map(|bar| bar.value).sum();
        all.push(Bar {
            name: visit.ui.t.chart_rest().to_owned(),
            value: rest,
            ink: Ink::Number(0),
            href: None,
        });
    }
    all
}

fn languages_card(visit: &Visit, result: &ScanResult) -> Markup {
    let t = visit.ui.t;
    let frame = Frame { title: t.languages_title(), about: "" };
    let lines = &result.totals.lines;
    let parts = [
        Bar {
            name: t.lines_code().to_owned(),
            value: i64::from(lines.code),
            ink: Ink::Number(1),
            href: None,
        },
        Bar {
            name: t.lines_comment().to_owned(),
            value: i64::from(lines.comment.saturating_sub(result.totals.prose)),
            ink: Ink::Number(3),
            href: None,
        },
        Bar {
            name: t.lines_prose().to_owned(),
            value: i64::from(result.totals.prose),
            ink: Ink::Number(5),
            href: None,
        },
        Bar {
            name: t.lines_blank().to_owned(),
            value: i64::from(lines.blank),
            ink: Ink::Number(0),
            href: None,
        },
    ];
    card(
        t.plan_code(),
        None,
        &html! {
            div.stack {
                (ribbon(&visit.ui, &frame, &language_bars(visit, result)))
                (ribbon(&visit.ui, &Frame { title: &t.lines_title(lines.total), about: "" }, &parts))
            }
        },
    )
}

fn scan_rows(visit: &Visit, at: &At<Read>, titles: &RuleTitles, all: &[analysis::Scan]) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    rows(&html! {
        @for scan in all {
            @let ended = ended(t, titles, scan);
            (row(&Row {
                lead: status_mark(ui, scan_state(scan.state)),
                title: &t.scan_number(scan.number),
                href: &at.scan(scan.number),
                signs: html! { @if !scan.lane.is_empty() { (badge(&scan.lane, None)) } },
                meta: html! {
                    @for source in &scan.sources { span { (icon(Icon::Branch)) (source.branch) " " span.mono { (short(&source.commit)) } } }
                    span { (trigger(t, scan.trigger)) " · " (scan.creator_name) }
                    span { (ui.time(scan.created_at.to_jiff())) }
                    @if let Some(time) = scan.duration() { span { (icon(Icon::Clock)) (lasted(t, time)) } }
                    @if !ended.is_empty() { span.cut title=(ended) { (ended) } }
                },
                side: html! { @if let Some(result) = &scan.result {
                    @if result.new.total() > 0 { span.small.muted { (t.figure_new(result.new.total())) } }
                    (severities(ui, &result.open))
                } },
            }))
        }
    })
}

pub(super) async fn start(
    visit: Visit,
    Path((project, plan)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    let at = at::<Write>(&visit, &project, &plan).await?;
    match start_scan(&visit.call, &at.plan, StartOptions::of(Trigger::Manual)).await {
        Ok(scan) => Ok(response::see_other(&at.scan(scan.number))),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &[])?;
            page(&visit, &project, &plan, &asked, &faults).await
        }
    }
}
