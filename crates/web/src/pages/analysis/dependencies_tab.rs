use std::collections::BTreeSet;

use analysis::{
    BillFormat, Component, Dependency, DependencyFilter, DependencyScope, DependencySummary,
    Ecosystem, Level, Scan, ToldBy, Vulnerability, bill, dependencies, licences, told_by,
};
use axum::{
    body::Body,
    extract::Path,
    http::{HeaderValue, Response, header},
};
use base::{Error, Read, TeamRole};
use maud::{Markup, html};

use super::frame::{At, at};
use crate::{
    components::{
        Button, Choice, Column, Filter, Icon, Status, Tone, badge, banner, card_flush, empty,
        filters, folding, pager, sheet, status_mark,
    },
    i18n::{Text, group},
    request::{Answer, Asked, Fault, Visit, segment},
};

const SIZE: u64 = 50;
/// Licences in the table and in the menu.
const LICENCES: usize = 40;
/// Advisories shown with a component.
const SHOWN: usize = 5;

const FILTERS: &[&str] = &["ecosystem", "use", "direct", "vulnerable", "licence", "q"];

const LEVELS: [Level; 5] =
    [Level::Critical, Level::High, Level::Medium, Level::Low, Level::Unknown];

const SCOPES: [DependencyScope; 3] =
    [DependencyScope::Runtime, DependencyScope::Development, DependencyScope::Unknown];

pub(super) async fn show(
    visit: &Visit,
    at: &At<Read>,
    scan: &Scan,
    asked: &Asked,
) -> Result<Markup, Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let filter = filter_of(asked);
    let list = dependencies(&visit.call, &at.plan, scan, &filter, asked.page(SIZE)).await?;
    let told = told_by(&visit.call, &at.plan, scan).await?;
    if list.summary.total == 0 {
        let known = scan.result.as_ref().is_some_and(|result| result.dependencies > 0);
        let (title, about) = if known {
            (t.scan_dependencies(), t.details_gone())
        } else {
            (t.dependencies_none(), t.dependencies_none_about())
        };
        return Ok(html! {
            (trouble(t, &told))
            (sheet(&empty(ui, Icon::File, title, about, &Markup::default(), &[])))
        });
    }
    let counts = licences(&visit.call, &at.plan, scan).await?;
    let chosen = FILTERS.iter().any(|name| asked.some(name).is_some());
    let clear = chosen.then(|| asked.without(FILTERS));
    let checked = scan.result.as_ref().is_none_or(|one| one.unchecked_dependencies == 0);
    let number = list.page.page.number();
    let page = |n: u64| asked.with("page", Some(&n.to_string()));
    let search = html! {
        form method="get" {
            input type="hidden" name="tab" value="dependencies";
            @for name in FILTERS.iter().filter(|name| **name != "q") { @if let Some(value) = asked.some(name) { input type="hidden" name=(name) value=(value); } }
            input.input type="search" name="q" value=(asked.one("q")) placeholder=(t.dependencies_search()) aria-label=(t.dependencies_search());
        }
    };
    let columns = [
        Column::text(t.dependency_name()),
        Column::text(t.dependency_version()),
        Column::text(t.dependency_licence()),
        Column::text(t.dependency_use()),
        Column::text(t.dependency_where()),
    ];
    let lines: Vec<Vec<Markup>> =
        list.page.items.iter().map(|one| line(visit, at, scan, one)).collect();
    let address = format!("{}/bill", at.scan(scan.number));
    let downloads = html! {
        (Button::link(t.dependencies_cyclonedx(), &format!("{address}/cyclonedx")).small())
        (Button::link(t.dependencies_spdx(), &format!("{address}/spdx")).small())
    };
    let title = t.dependencies_count(list.page.total);
    Ok(html! {
        (trouble(t, &told))
        (unchecked(visit, scan))
        (facts(t, &list.summary, &told))
        (filters(ui, &menus(visit, &list.summary, &counts, checked, asked), clear.as_deref(), &search))
        @if list.page.items.is_empty() {
            (sheet(&empty(ui, Icon::Search, t.findings_none(), t.findings_none_about(), &Markup::default(), &[])))
        } @else {
            (card_flush(&title, Some(&downloads), &folding(t.scan_dependencies(), &columns, &lines)))
        }
        (pager(ui, (number > 1).then(|| page(number - 1)).as_deref(), &t.list_page_of(number, list.page.total.div_ceil(SIZE).max(1)), list.page.has_next().then(|| page(number + 1)).as_deref()))
        (licence_table(t, &counts, asked))
    })
}

fn filter_of(asked: &Asked) -> DependencyFilter {
    let yes = |name: &str| match asked.one(name) {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    DependencyFilter {
        ecosystem: Ecosystem::of_id(asked.one("ecosystem")),
        direct: yes("direct"),
        scope: SCOPES.into_iter().find(|scope| scope.id() == asked.one("use")),
        vulnerable: yes("vulnerable"),
        licence: match asked.one("licence") {
            "" => None,
            "none" => Some(String::new()),
            other => Some(other.to_owned()),
        },
        text: asked.one("q").to_owned(),
    }
}

/// Files that could not be read.
fn trouble(t: Text, told: &[ToldBy]) -> Markup {
    let broken: Vec<&ToldBy> = told.iter().filter(|one| !one.error.is_empty()).collect();
    html! {
        @if !broken.is_empty() {
            (banner(Tone::Warn, &t.dependencies_broken(broken.len()), &html! {
                p { (t.dependencies_broken_about()) }
                ul { @for one in broken.iter().take(20) { li { span.mono { (one.path) } ": " (one.error) } } }
            }))
        }
    }
}

/// Of which dependencies it is not known whether they are vulnerable.
fn unchecked(visit: &Visit, scan: &Scan) -> Markup {
    let t = visit.ui.t;
    let Some(result) = scan.result.as_ref().filter(|one| one.unchecked_dependencies > 0) else {
        return Markup::default();
    };
    let mut names: Vec<&str> = Vec::new();
    for id in &result.unchecked_ecosystems {
        names.push(Ecosystem::of_id(id).map_or(id.as_str(), |known| known.label()));
    }
    let admin = visit.call.actor.user().is_ok_and(|user| user.role >= TeamRole::Admin);
    banner(
        Tone::Warn,
        t.dependencies_unchecked(),
        &html! {
            p { (t.dependencies_unchecked_about(names.join(", "))) }
            @if admin { p { a href="/admin/advisories" { (t.dependencies_unchecked_bring()) } } }
        },
    )
}

fn facts(t: Text, summary: &DependencySummary, told: &[ToldBy]) -> Markup {
    let own: BTreeSet<&str> =
        told.iter().map(|one| one.licence.as_str()).filter(|id| !id.is_empty()).collect();
    html! {
        p.line {
            @for level in LEVELS { @if let Some(n) = summary.levels.get(&level) {
                span { (level_word(t, level)) " " strong { (group(signed(*n))) } }
            } }
            span.muted { (t.dependencies_facts(signed(summary.total), signed(summary.direct))) }
            @if !own.is_empty() { span.line.tight { span.muted { (t.dependencies_own()) } @for id in own { (badge(id, None)) } } }
        }
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn level_word(t: Text, level: Level) -> &'static str {
    match level {
        Level::Critical => t.level_critical(),
        Level::High => t.level_high(),
        Level::Medium => t.level_medium(),
        Level::Low => t.level_low(),
        Level::Unknown => t.level_unknown(),
    }
}

fn level_sign(level: Level) -> Status {
    match level {
        Level::Critical => Status::Fatal,
        Level::High => Status::Error,
        Level::Medium | Level::Unknown => Status::Warning,
        Level::Low => Status::Info,
    }
}

fn scope_word(t: Text, scope: DependencyScope) -> &'static str {
    match scope {
        DependencyScope::Runtime => t.use_runtime(),
        DependencyScope::Development => t.use_development(),
        DependencyScope::Unknown => t.use_unknown(),
    }
}

fn menus(
    visit: &Visit,
    summary: &DependencySummary,
    counts: &[analysis::LicenceCount],
    checked: bool,
    asked: &Asked,
) -> Vec<Filter<'static>> {
    let t = visit.ui.t;
    let choice = |name: &str, value: &str, label: &str, count: Option<u64>| {
        let on = asked.one(name) == value;
        Choice {
            label: label.to_owned(),
            href: asked.with(name, (!on).then_some(value)),
            count: count.map(signed),
            on,
        }
    };
    let safe = checked.then(|| summary.total.saturating_sub(summary.vulnerable));
    let licences = counts.iter().take(LICENCES).map(|one| match one.licence.as_str() {
        "" => choice("licence", "none", t.licence_unknown(), Some(one.components)),
        id => choice("licence", id, id, Some(one.components)),
    });
    vec![
        Filter {
            label: t.filter_vulnerable(),
            choices: vec![
                choice("vulnerable", "yes", t.answer_yes(), Some(summary.vulnerable)),
                choice("vulnerable", "no", t.answer_no(), safe),
            ],
        },
        Filter {
            label: t.filter_direct(),
            choices: vec![
                choice("direct", "yes", t.answer_yes(), Some(summary.direct)),
                choice("direct", "no", t.answer_no(), None),
            ],
        },
        Filter {
            label: t.dependency_use(),
            choices: SCOPES
                .into_iter()
                .map(|scope| choice("use", scope.id(), scope_word(t, scope), None))
                .collect(),
        },
        Filter {
            label: t.dependency_ecosystem(),
            choices: summary
                .ecosystems
                .iter()
                .map(|(one, n)| choice("ecosystem", one.id(), one.label(), Some(*n)))
                .collect(),
        },
        Filter { label: t.dependency_licence(), choices: licences.collect() },
    ]
}

fn line(visit: &Visit, at: &At<Read>, scan: &Scan, one: &Dependency) -> Vec<Markup> {
    let t = visit.ui.t;
    let Component { name, version, requirement, licence, path, line, .. } = &one.component;
    vec![
        html! {
            span.mono title=(one.component.purl()) { (name) } " " (badge(one.component.ecosystem.label(), None))
            @for found in one.vulnerabilities.iter().take(SHOWN) { (advisory(visit, found)) }
            @if one.vulnerabilities.len() > SHOWN { div.small.muted { (t.dependency_more(one.vulnerabilities.len() - SHOWN)) } }
        },
        html! {
            @if version.is_empty() { span.muted.mono { (requirement) } } @else { span.mono { (version) } }
        },
        html! { @if licence.is_empty() { span.muted { "–" } } @else { (licence) } },
        html! {
            (scope_word(t, one.component.scope))
            @match one.component.direct {
                Some(true) => { br; span.small { (t.dependency_direct()) } }
                Some(false) => { br; span.small.muted { (t.dependency_transitive()) } }
                None => {}
            }
        },
        html! {
            @match at.code_of(scan, path, *line) {
                Some(href) => { a.mono.small href=(href) { (path) ":" (line) } }
                None => { span.mono.small { (path) ":" (line) } }
            }
        },
    ]
}

fn advisory(visit: &Visit, found: &Vulnerability) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    html! {
        div.small {
            (status_mark(ui, level_sign(found.level))) " "
            strong { (level_word(t, found.level)) @if let Some(score) = found.score { " " (format!("{score:.1}")) } } " "
            span.mono { (found.id) } @if let Some(alias) = found.aliases.first() { " · " span.mono { (alias) } }
            @if !found.fixed.is_empty() { " · " (t.dependency_fixed(&found.fixed)) }
            br; span.muted { (found.summary) }
        }
    }
}

fn licence_table(t: Text, counts: &[analysis::LicenceCount], asked: &Asked) -> Markup {
    let columns = [Column::text(t.dependency_licence()), Column::number(t.licence_components())];
    let lines: Vec<Vec<Markup>> = counts
        .iter()
        .take(LICENCES)
        .map(|one| {
            let (word, label) = match one.licence.as_str() {
                "" => ("none", t.licence_unknown()),
                id => (id, id),
            };
            vec![
                html! { a href=(asked.with("licence", Some(word))) { (label) } },
                html! { (group(signed(one.components))) },
            ]
        })
        .collect();
    card_flush(t.licence_title(), None, &folding(t.licence_title(), &columns, &lines))
}

/// A bill of materials as a file.
pub(super) async fn download(
    visit: Visit,
    Path((project, plan, no, format)): Path<(String, String, i64, String)>,
) -> Answer {
    let at = at::<Read>(&visit, &project, &plan).await?;
    let format = BillFormat::parse(&format).ok_or_else(|| Error::not_found("form of bill"))?;
    let scan = analysis::scan(&visit.call, &at.plan, no).await?;
    let address = visit.call.addresses.http.clone();
    let document = bill(&visit.call, &at.plan, &scan, format, &address).await?;
    let mut response = Response::new(Body::from(document.bytes));
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, HeaderValue::from_static(document.media));
    set.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let value = format!("attachment; filename*=UTF-8''{}", segment(&document.name));
    if let Ok(value) = HeaderValue::from_str(&value) {
        set.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
