use analysis::{
    GateResult, RuleTitles, Scan, ScanResult, ScanState, Verdict,
    gate::{Metric, Spared},
};
use axum::extract::Path;
use base::{Read, Write};
use maud::{Markup, html};

use super::{
    code_tab, coverage_tab, dependencies_tab, duplicates_tab, findings_tab,
    frame::{At, at},
    functions_tab,
    running::{running, running_card},
    words::{
        allowed, condition_name, inline, lasted, message, severity, trigger, value,
        verdict as said, why,
    },
};
use crate::{
    components::{
        Column, Icon, Status, Tab, Tone, badge, banner, card_flush, folding, icon, status, tabs,
        verdict,
    },
    layout::{Head, head},
    request::{Answer, Asked, Place, Visit, link},
    response,
};

/// What of a scan is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Here {
    Findings,
    Functions,
    Duplicates,
    Dependencies,
    Code,
    Coverage,
    Log,
}

impl Here {
    fn parse(word: &str) -> Self {
        match word {
            "functions" => Self::Functions,
            "duplicates" => Self::Duplicates,
            "dependencies" => Self::Dependencies,
            "code" => Self::Code,
            "coverage" => Self::Coverage,
            "log" => Self::Log,
            _ => Self::Findings,
        }
    }
}

pub(super) async fn show(
    visit: Visit,
    Path((project, plan, no)): Path<(String, String, i64)>,
    asked: Asked,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let at = at::<Read>(&visit, &project, &plan).await?;
    let scan = analysis::scan(&visit.call, &at.plan, no).await?;
    let address = at.scan(no);
    if visit.part || asked.some("part").is_some() {
        return Ok(response::page(http::StatusCode::OK, part(&visit, &at, &scan, &address)));
    }
    let body = if scan.state.is_final() {
        over(&visit, &at, &scan, &asked).await?
    } else {
        running_card(&visit, &scan, &address, at.nav.manage)
    };
    let title = t.scan_number(no);
    let top = Head {
        crumbs: at.crumbs(&visit, &[(title.clone(), address)]),
        title: format!("{} · {title}", at.plan.name),
        signs: html! { (status(ui, super::words::scan_state(scan.state))) @if !scan.lane.is_empty() { (badge(&scan.lane, None)) } },
        meta: html! {
            (at.commits(&scan.sources))
            span { (trigger(t, scan.trigger)) @if !scan.creator_name.is_empty() { " · " (scan.creator_name) } }
            span { (ui.time(scan.finished_at.unwrap_or(scan.created_at).to_jiff())) }
            @if let Some(time) = scan.duration() { span { (icon(Icon::Clock)) (lasted(t, time)) } }
        },
        acts: Markup::default(),
    };
    let refresh = (!scan.state.is_final()).then_some(3);
    at.show(
        &visit,
        Place { title: &title, refresh, ..Place::default() },
        html! { (head(&top)) div.stack { (body) } },
    )
    .await
}

fn part(visit: &Visit, at: &At<Read>, scan: &Scan, address: &str) -> Markup {
    if scan.state.is_final() {
        return html! { div data-part data-then=(address) {} };
    }
    html! { div data-part data-live={ (address) "?part=progress" } { (running(visit, scan, address, at.nav.manage)) } }
}

async fn over(
    visit: &Visit,
    at: &At<Read>,
    scan: &Scan,
    asked: &Asked,
) -> Result<Markup, crate::request::Fault> {
    let t = visit.ui.t;
    let here = Here::parse(asked.one("tab"));
    let trouble = html! {
        @if !scan.error.is_empty() && scan.result.is_none() {
            (banner(Tone::Bad, match scan.state {
                ScanState::Cancelled => t.scan_cancelled(),
                ScanState::Timeout => t.scan_timeout(),
                _ => t.scan_failed(),
            }, &html! { p { (why(t, &scan.error)) } p.small { (t.scan_failed_about()) } }))
        }
    };
    let Some(result) = &scan.result else {
        return Ok(html! { (trouble) @if scan.log.is_some() { (log(visit, at, scan).await?) } });
    };
    let titles = analysis::rule_titles(&visit.call, &at.plan).await?;
    let (state, sentence) = said(t, &titles, scan, result);
    let address = at.scan(scan.number);
    let tab = |label, count: Option<i64>, place: Here, word: &str| Tab {
        label,
        href: if word.is_empty() { address.clone() } else { format!("{address}?tab={word}") },
        count,
        here: here == place,
    };
    let mut row = vec![
        tab(t.scan_findings(), Some(i64::from(result.open.total())), Here::Findings, ""),
        tab(
            t.scan_functions(),
            Some(i64::from(result.complex_functions)),
            Here::Functions,
            "functions",
        ),
        tab(
            t.scan_duplicates(),
            Some(i64::from(result.duplicate_blocks)),
            Here::Duplicates,
            "duplicates",
        ),
        tab(
            t.scan_dependencies(),
            Some(i64::from(result.dependencies)),
            Here::Dependencies,
            "dependencies",
        ),
        tab(t.scan_code(), None, Here::Code, "code"),
        tab(t.quality_coverage_tab(), None, Here::Coverage, "coverage"),
    ];
    if scan.log.is_some() {
        row.push(tab(t.scan_log(), None, Here::Log, "log"));
    }
    let content = match here {
        Here::Findings => findings_tab::show(visit, at, scan, result, asked).await?,
        Here::Functions => functions_tab::show(visit, at, scan).await?,
        Here::Duplicates => duplicates_tab::show(visit, at, scan, result, asked).await?,
        Here::Dependencies => dependencies_tab::show(visit, at, scan, asked).await?,
        Here::Code => code_tab::show(visit, at, scan, result, asked).await?,
        Here::Coverage => coverage_tab::show(visit, at, scan, asked).await?,
        Here::Log => log(visit, at, scan).await?,
    };
    let changed = super::rules::since(visit, at, scan, &result.rules).await?;
    Ok(html! {
        (trouble)
        (verdict(state, &sentence, &facts(visit, at, result)))
        @if here == Here::Findings && result.gate.verdict == Verdict::Failed { (gate_table(visit, at, &titles, &result.gate)) }
        @if result.failed_files > 0 { (banner(Tone::Warn, &t.scan_failed_files(result.failed_files), &html! { p { (t.scan_failed_files_about()) } })) }
        @if !result.adapters.is_empty() { (adapters(visit, result)) }
        (changed)
        (tabs(t.scan_parts(), &row))
        (content)
    })
}

/// What was looked at, in one line.
fn facts(visit: &Visit, at: &At<Read>, result: &ScanResult) -> Markup {
    let t = visit.ui.t;
    let rules = &result.rules;
    let version = rules.version.get(..12).unwrap_or_default();
    html! {
        (t.scan_facts(result.totals.files, result.totals.lines.total))
        @if result.skipped > 0 { " · " (t.scan_skipped(result.skipped)) }
        @if result.partly_parsed > 0 { " · " (t.scan_partly(result.partly_parsed)) }
        @if result.vulnerable_dependencies > 0 { " · " (t.scan_vulnerable(result.vulnerable_dependencies)) }
        @else if result.unchecked_dependencies > 0 { " · " (t.scan_vulnerable_unknown()) }
        @if result.ignored.total() > 0 { " · " (t.scan_ignored(result.ignored.total())) }
        @if let Some(ruleset) = rules.ruleset {
            " · " a href={ (link(&["p", &at.project.name, "analysis", "rulesets", &ruleset.to_string(), "versions"], "")) "?to=" (rules.version) } { (rules.name) " " span.mono { (version) } }
        }
        @if result.cached > 0 { " · " (t.scan_cached(result.cached, result.analysed)) }
    }
}

/// What became of external analysers.
fn adapters(visit: &Visit, result: &ScanResult) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let columns = [
        Column::text(t.adapter_name()),
        Column::text(t.adapter_outcome()),
        Column::number(t.adapter_files()),
        Column::number(t.adapter_findings()),
    ];
    let lines: Vec<Vec<Markup>> = result
        .adapters
        .iter()
        .map(|run| {
            let good = run.error.is_empty();
            vec![
                html! { (run.tool) @if !run.version.is_empty() { " " span.muted { (run.version) } } },
                html! {
                    (status(ui, if good { Status::Passed } else { Status::Failed }))
                    @if !good { br; span.small { (why(t, &run.error)) } }
                },
                html! { (run.files) },
                html! { (run.findings) },
            ]
        })
        .collect();
    card_flush(t.adapter_title(), None, &folding(t.adapter_title(), &columns, &lines))
}

/// Each condition with what was measured.
pub(super) fn gate_table(
    visit: &Visit,
    at: &At<Read>,
    titles: &RuleTitles,
    gate: &GateResult,
) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let columns = [
        Column::text(t.gate_condition()),
        Column::number(t.gate_value()),
        Column::number(t.gate_allowed()),
        Column::text(""),
    ];
    let lines: Vec<Vec<Markup>> = gate
        .conditions
        .iter()
        .map(|measured| {
            let condition = &measured.condition;
            vec![
                html! {
                    @let name = condition_name(t, titles, &condition.metric, condition.scope);
                    @if condition.metric == Metric::HistorySecrets { a href={ (at.base()) "/secrets" } { (name) } } @else { (name) }
                },
                match measured.spared {
                    Some(Spared::NotMeasured) => html! { span.muted { (t.quality_not_measured()) } },
                    Some(Spared::TooFewLines) => html! { span.muted { (value(&condition.metric, measured.value)) " · " (t.quality_too_few()) } },
                    Some(Spared::Unread) => html! { span.muted { (t.gate_unread()) } },
                    Some(Spared::Unchecked) => html! { span.muted { (t.gate_unchecked()) } },
                    None => html! { strong { (value(&condition.metric, measured.value)) } },
                },
                html! { (allowed(condition)) },
                status(ui, if measured.holds { Status::Passed } else { Status::Failed }),
            ]
        })
        .collect();
    let offending: Vec<Vec<Markup>> = gate
        .offending
        .iter()
        .map(|one| {
            vec![
                html! { a href=(at.finding(one.finding)) { (inline(&message(t, &one.rule, &one.message))) } },
                html! { span.mono.small { (one.path) ":" (one.line) } },
                status(ui, severity(one.severity)),
            ]
        })
        .collect();
    let columns_of =
        [Column::text(t.quality_finding()), Column::text(t.quality_place()), Column::text("")];
    html! {
        (card_flush(t.gate_title(), None, &folding(t.gate_title(), &columns, &lines)))
        @if !offending.is_empty() { (card_flush(t.quality_offending(), None, &folding(t.quality_offending(), &columns_of, &offending))) }
    }
}

async fn log(visit: &Visit, at: &At<Read>, scan: &Scan) -> Result<Markup, crate::request::Fault> {
    let part = analysis::log(&visit.call, &at.plan, scan, 0).await?;
    let lines = crate::components::highlight(None, &part.text);
    let source = crate::components::Source {
        lines: &lines,
        first: 1,
        address: Some(""),
        marked: None,
        notes: &[],
        label: visit.ui.t.scan_log(),
    };
    Ok(card_flush(visit.ui.t.scan_log(), None, &crate::components::code(&source)))
}

pub(super) async fn cancel(
    visit: Visit,
    Path((project, plan, no)): Path<(String, String, i64)>,
) -> Answer {
    let at = at::<Write>(&visit, &project, &plan).await?;
    analysis::cancel(&visit.call, &at.plan, no).await?;
    Ok(response::see_other(&at.scan(no)))
}
