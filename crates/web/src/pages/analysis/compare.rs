//! What changed between two commits, by the plan's rules.

use analysis::{
    ComparedFinding, ComparedFunction, ComparedList, Comparison, FileChange, FunctionChange,
    HistoryMetric, RuleTitles, compare_commits,
};
use axum::extract::Path;
use base::Read;
use depots::DepotId;
use maud::{Markup, html};

use super::{
    frame::{At, at, short},
    history::{metric_name, signed},
    words::{inline, message, number, rule_sign, severity},
};
use crate::{
    components::{
        Button, Column, Field, Icon, Status, Tone, Weight, badge, card_flush, empty, folding,
        sheet, status_mark, verdict,
    },
    layout::{Head, head},
    request::{Answer, Asked, Faults, Place, Visit, link},
};

/// Items of each list on the page.
const LISTED: usize = 60;

/// What is told of both commits.
const METRICS: [HistoryMetric; 10] = [
    HistoryMetric::Findings,
    HistoryMetric::Errors,
    HistoryMetric::Code,
    HistoryMetric::Files,
    HistoryMetric::Functions,
    HistoryMetric::Cyclomatic,
    HistoryMetric::ComplexFunctions,
    HistoryMetric::MaxCyclomatic,
    HistoryMetric::Duplication,
    HistoryMetric::Suppressed,
];

pub(super) async fn show(
    visit: Visit,
    Path((project, plan)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let at = at::<Read>(&visit, &project, &plan).await?;
    let depot = asked.one("depot").parse().ok().map(DepotId);
    let titles = analysis::rule_titles(&visit.call, &at.plan).await?;
    let source = at.plan.sources.iter().find(|one| depot.is_none_or(|id| id == one.depot));
    let branch = source.map(|source| source.branch.clone()).unwrap_or_default();
    let (old, new) = (asked.one("old"), asked.some("new").unwrap_or(&branch));
    let (found, faults) = if old.is_empty() {
        (None, Faults::default())
    } else {
        match compare_commits(&visit.call, &at.plan, depot, (old, new)).await {
            Ok(found) => (Some(found), Faults::default()),
            Err(error) => (None, Faults::of(ui, error, &["old", "new"])?),
        }
    };
    let top = Head {
        crumbs: at.crumbs(&visit, &[(t.versus_title().to_owned(), String::new())]),
        title: t.versus_title().to_owned(),
        meta: html! { span { (t.versus_about()) } },
        acts: html! { (Button::link(t.past_title(), &format!("{}/history", at.base())).icon(Icon::History)) },
        ..Head::default()
    };
    let sources: Vec<(String, String)> = at
        .plan
        .sources
        .iter()
        .filter_map(|one| Some((one.depot.to_string(), at.depots.get(&one.depot)?.name.clone())))
        .collect();
    let depots: Vec<(&str, &str)> =
        sources.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
    let body = html! {
        (head(&top))
        div.stack {
            form.card method="get" { div.body.ask {
                @if depots.len() > 1 { (Field::new(ui, "depot", t.search_depot()).choice(&depots).value(asked.one("depot"))) }
                (Field::new(ui, "old", t.versus_old()).value(old).hint(t.versus_hint()).placeholder("v1.0").mono().fault(faults.get("old")))
                (Field::new(ui, "new", t.versus_new()).value(asked.one("new")).placeholder(&branch).mono().optional().fault(faults.get("new")))
                (Button::submit(t.versus_now()).weight(Weight::Primary))
            } }
            (faults.banner(ui))
            @match &found {
                Some(found) => { (result(&visit, &at, &titles, depot, found)) }
                None if old.is_empty() => { (sheet(&empty(ui, Icon::History, t.versus_none(), t.versus_none_about(), &Markup::default(), &[]))) }
                None => {}
            }
        }
    };
    let place =
        Place { title: t.versus_title(), status: Some(faults.status()), ..Place::default() };
    at.show(&visit, place, body).await
}

fn result(
    visit: &Visit,
    at: &At<Read>,
    titles: &RuleTitles,
    depot: Option<DepotId>,
    found: &Comparison,
) -> Markup {
    let t = visit.ui.t;
    let (came, went) = (found.came.total, found.went.total);
    let state = match (came, went) {
        (0, 0) => Status::Info,
        (0, _) => Status::Passed,
        _ => Status::Warning,
    };
    let shown = at.plan.sources.iter().find(|one| depot.is_none_or(|id| id == one.depot));
    let known = shown.and_then(|source| at.depots.get(&source.depot));
    let commit = |sha: &str| {
        html! {
            @match known {
                Some(depot) => { a.mono href=(link(&["p", &depot.project_name, "d", &depot.name, "commit", sha], "")) { (short(sha)) } }
                None => { span.mono { (short(sha)) } }
            }
        }
    };
    html! {
        (verdict(state, &t.versus_said(came, went), &html! { span.line { (commit(&found.old)) " → " (commit(&found.new)) } }))
        (measures(visit, found))
        (findings(visit, (at, titles), depot, t.versus_came(), Tone::Warn, &found.came, &found.new))
        (findings(visit, (at, titles), depot, t.versus_went(), Tone::Ok, &found.went, &found.old))
        (functions(visit, at, depot, found))
        (files(visit, at, depot, found))
        (duplicates(visit, t.versus_duplicates_came(), &found.duplicates_came))
        (duplicates(visit, t.versus_duplicates_went(), &found.duplicates_went))
    }
}

fn measures(visit: &Visit, found: &Comparison) -> Markup {
    let t = visit.ui.t;
    let columns = [
        Column::text(t.past_metric()),
        Column::number(t.versus_before()),
        Column::number(t.versus_after()),
        Column::number(t.past_change()),
    ];
    let lines: Vec<Vec<Markup>> = METRICS
        .into_iter()
        .filter_map(|metric| {
            let (before, after) = (metric.of(&found.before, "")?, metric.of(&found.after, "")?);
            Some(vec![
                html! { (metric_name(t, metric)) },
                html! { (number(before)) },
                html! { (number(after)) },
                html! { @let change = signed(after - before); @if change.is_empty() { span.muted { "–" } } @else { strong { (change) } } },
            ])
        })
        .collect();
    card_flush(t.versus_measures(), None, &folding(t.versus_measures(), &columns, &lines))
}

/// A heading that says how many of how many are listed.
fn title<T>(visit: &Visit, words: &str, list: &ComparedList<T>) -> String {
    let total = list.total;
    let shown = list.items.len().min(LISTED);
    if shown as u64 >= total {
        format!("{words} ({total})")
    } else {
        visit.ui.t.versus_first(words, shown, total)
    }
}

fn place(at: &At<Read>, depot: Option<DepotId>, commit: &str, path: &str, line: u32) -> Markup {
    let source = at.plan.sources.iter().find(|one| depot.is_none_or(|id| id == one.depot));
    let href = source.and_then(|source| at.code(source.depot, commit, path, line));
    html! {
        @match href {
            Some(href) => { a.mono.small href=(href) { (path) ":" (line) } }
            None => { span.mono.small { (path) ":" (line) } }
        }
    }
}

fn findings(
    visit: &Visit,
    (at, titles): (&At<Read>, &RuleTitles),
    depot: Option<DepotId>,
    words: &str,
    tone: Tone,
    list: &ComparedList<ComparedFinding>,
    commit: &str,
) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    if list.total == 0 {
        return Markup::default();
    }
    let columns =
        [Column::text(t.quality_finding()), Column::text(t.quality_place()), Column::text("")];
    let lines: Vec<Vec<Markup>> = list
        .items
        .iter()
        .take(LISTED)
        .map(|one| {
            vec![
                html! { span.line.tight.top { (status_mark(ui, severity(one.severity))) span { (inline(&message(t, &one.rule, &one.message))) div.small.muted { (rule_sign(t, titles, &one.rule)) } } } },
                place(at, depot, commit, &one.path, one.line),
                html! { (badge(if tone == Tone::Ok { t.versus_gone() } else { t.versus_fresh() }, Some(tone))) },
            ]
        })
        .collect();
    card_flush(&title(visit, words, list), None, &folding(words, &columns, &lines))
}

fn functions(visit: &Visit, at: &At<Read>, depot: Option<DepotId>, found: &Comparison) -> Markup {
    let t = visit.ui.t;
    let list = &found.functions;
    if list.total == 0 {
        return Markup::default();
    }
    let columns = [
        Column::text(t.function_name()),
        Column::number(t.function_cyclomatic()),
        Column::number(t.function_cognitive()),
        Column::number(t.past_change()),
    ];
    let lines: Vec<Vec<Markup>> = list
        .items
        .iter()
        .take(LISTED)
        .map(|one| {
            let (commit, line) = match (&one.after, &one.before) {
                (Some(after), _) => (&found.new, after.line),
                (None, Some(before)) => (&found.old, before.line),
                (None, None) => (&found.new, 1),
            };
            vec![
                html! { span.mono { (one.name) } " " (came_or_went(visit, one)) div { (place(at, depot, commit, &one.path, line)) } },
                from_to(one, |side| side.cyclomatic),
                from_to(one, |side| side.cognitive),
                html! { strong { (signed(to_f64(one.rise().0))) } },
            ]
        })
        .collect();
    let words = t.versus_functions();
    card_flush(&title(visit, words, list), None, &folding(words, &columns, &lines))
}

fn came_or_went(visit: &Visit, one: &FunctionChange) -> Markup {
    let t = visit.ui.t;
    match (&one.before, &one.after) {
        (None, _) => badge(t.versus_fresh(), Some(Tone::Info)),
        (_, None) => badge(t.versus_gone(), None),
        _ => Markup::default(),
    }
}

fn from_to(one: &FunctionChange, of: impl Fn(&ComparedFunction) -> u32) -> Markup {
    match (&one.before, &one.after) {
        (Some(before), Some(after)) => html! { (of(before)) " → " (of(after)) },
        (Some(only), None) | (None, Some(only)) => html! { (of(only)) },
        (None, None) => Markup::default(),
    }
}

fn files(visit: &Visit, at: &At<Read>, depot: Option<DepotId>, found: &Comparison) -> Markup {
    let t = visit.ui.t;
    let list = &found.files;
    if list.total == 0 {
        return Markup::default();
    }
    let columns = [
        Column::text(t.past_file()),
        Column::number(t.lines_code()),
        Column::number(metric_name(t, HistoryMetric::Cyclomatic)),
        Column::number(t.scan_findings()),
    ];
    let lines: Vec<Vec<Markup>> = list
        .items
        .iter()
        .take(LISTED)
        .map(|one| {
            let commit = if one.after.is_some() { &found.new } else { &found.old };
            let change = |of: &dyn Fn(&analysis::Totals) -> f64| {
                let side = |totals: &Option<analysis::Totals>| totals.as_ref().map_or(0.0, of);
                let (before, after) = (side(&one.before), side(&one.after));
                html! { (number(after)) " " strong { (signed(after - before)) } }
            };
            vec![
                html! { (place(at, depot, commit, &one.path, 1)) " " (moved(visit, one)) },
                change(&|totals| totals.lines.code.into()),
                change(&|totals| totals.cyclomatic as f64),
                change(&|totals| totals.findings.total().into()),
            ]
        })
        .collect();
    let words = t.versus_files();
    card_flush(&title(visit, words, list), None, &folding(words, &columns, &lines))
}

fn moved(visit: &Visit, one: &FileChange) -> Markup {
    let t = visit.ui.t;
    match (&one.before, &one.after, &one.moved_from) {
        (_, _, Some(from)) => {
            html! { (badge(t.versus_moved(), None)) " " span.mono.small.muted { (from) } }
        }
        (None, ..) => badge(t.versus_fresh(), Some(Tone::Info)),
        (_, None, _) => badge(t.versus_gone(), None),
        _ => Markup::default(),
    }
}

fn duplicates(visit: &Visit, words: &str, list: &ComparedList<analysis::ClonePair>) -> Markup {
    let t = visit.ui.t;
    if list.total == 0 {
        return Markup::default();
    }
    let columns = [
        Column::text(t.versus_one()),
        Column::text(t.versus_other()),
        Column::number(t.function_length()),
    ];
    let side = |side: &analysis::CloneSide| html! { span.mono.small { (side.path) ":" (side.start_line) "–" (side.end_line) } };
    let lines: Vec<Vec<Markup>> = list
        .items
        .iter()
        .take(LISTED)
        .map(|pair| {
            let length = pair.first.end_line.saturating_sub(pair.first.start_line) + 1;
            vec![side(&pair.first), side(&pair.second), html! { (length) }]
        })
        .collect();
    card_flush(&title(visit, words, list), None, &folding(words, &columns, &lines))
}

#[expect(clippy::cast_precision_loss, reason = "complexities are small")]
fn to_f64(number: i64) -> f64 {
    number as f64
}
