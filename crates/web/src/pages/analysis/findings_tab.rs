use analysis::{
    Category, Counts, Excerpt, ExportFormat, Finding, FindingFilter, FindingId, FindingSort,
    FindingState, IgnoreReason, RuleTitles, Scan, ScanResult, Severity, counts, excerpts, findings,
};
use axum::extract::Path;
use base::{Error, Read, Write};
use maud::{Markup, html};

use super::{
    frame::{At, at},
    words::{category, inline, message, rule_sign, rule_title, severity, severity_word, state},
};
use crate::{
    components::{
        Button, Choice, Filter, Icon, Language, Note, Source, Tone, Weight, badge, banner, code,
        empty, filters, highlight, kbd, pager, person, sheet, status, status_mark,
    },
    request::{Answer, Asked, Fault, Fields, Visit, inside},
    response,
};

const SIZE: u64 = 20;
/// Lines of code around a finding.
const AROUND: u32 = 3;
/// Rules and authors offered in the menus.
const OFFERED: usize = 30;

const FILTERS: &[&str] = &["severity", "state", "category", "rule", "author", "q", "path", "new"];

pub(super) async fn show(
    visit: &Visit,
    at: &At<Read>,
    scan: &Scan,
    result: &ScanResult,
    asked: &Asked,
) -> Result<Markup, Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let filter = filter_of(scan, asked);
    let sort = match asked.one("sort") {
        "path" => FindingSort::Path,
        "rule" => FindingSort::Rule,
        "newest" => FindingSort::Newest,
        _ => FindingSort::Severity,
    };
    let found = findings(&visit.call, &at.plan, &filter, sort, asked.page(SIZE)).await?;
    let around = excerpts(&visit.call, &at.plan, &found.items, AROUND).await?;
    let known = counts(&visit.call, &at.plan, &scan.lane).await?;
    let titles = analysis::rule_titles(&visit.call, &at.plan).await?;
    let older =
        at.plan.latest_result.is_some_and(|latest| latest.0 > scan.id.0) && scan.lane.is_empty();
    let chosen = FILTERS.iter().any(|name| asked.some(name).is_some());
    let clear = chosen.then(|| asked.without(FILTERS));
    let number = found.page.number();
    let page = |n: u64| asked.with("page", Some(&n.to_string()));
    let search = html! {
        form method="get" {
            @for name in FILTERS.iter().filter(|name| **name != "q") { @if let Some(value) = asked.some(name) { input type="hidden" name=(name) value=(value); } }
            input.input type="search" name="q" value=(asked.one("q")) placeholder=(t.findings_search()) aria-label=(t.findings_search());
        }
    };
    Ok(html! {
        @if older { (banner(Tone::Info, t.findings_older(), &html! { p { (t.findings_older_about()) } })) }
        (filters(ui, &menus(visit, result, &known, &titles, asked), clear.as_deref(), &search))
        div.line.apart.small {
            span.muted { (t.findings_count(found.total)) }
            span.line { (t.findings_sort()) @for (word, label) in [("", t.sort_severity()), ("newest", t.sort_newest()), ("path", t.sort_path()), ("rule", t.sort_rule())] {
                a href=(asked.with("sort", (!word.is_empty()).then_some(word))) aria-current=[(asked.one("sort") == word).then_some("true")] { (label) }
            } }
        }
        @if found.items.is_empty() {
            (sheet(&empty(ui, Icon::Passed, if chosen { t.findings_none() } else { t.findings_clean() }, if chosen { t.findings_none_about() } else { t.findings_clean_about() }, &Markup::default(), &[])))
        } @else {
            form.stack.s12 method="post" action={ (at.base()) "/findings" } data-triage[at.nav.manage] {
                input type="hidden" name="back" value=(asked.with("page", asked.some("page")));
                @for (finding, excerpt) in found.items.iter().zip(&around) { (finding_card(visit, at, &titles, finding, excerpt)) }
                @if at.nav.manage { (bulk(visit)) }
            }
            p.line.small { span.muted { (t.quality_export()) } @for ending in ["csv", "xlsx", "sarif"] { a href={ (at.base()) "/export/" (ending) (filters_only(asked)) } download { (ending.to_uppercase()) } } a href={ (at.base()) "/report" } { (t.quality_report()) } }
        }
        (pager(ui, (number > 1).then(|| page(number - 1)).as_deref(), &t.list_page_of(number, found.total.div_ceil(SIZE).max(1)), found.has_next().then(|| page(number + 1)).as_deref()))
    })
}

/// What is done with all chosen findings, and by which keys.
fn bulk(visit: &Visit) -> Markup {
    let t = visit.ui.t;
    let keys: [(&str, &[&str]); 5] = [
        (t.triage_move(), &["j", "k"]),
        (t.keys_select(), &["x"]),
        (t.keys_ignore(), &["i"]),
        (t.keys_assign(), &["a"]),
        (t.keys_open(), &["o"]),
    ];
    html! {
        fieldset.card.bulk { div.body.stack.s12 {
            div.line {
                legend.small.muted { (t.quality_bulk()) }
                select.input name="act" aria-label=(t.quality_bulk()) aria-keyshortcuts="i" {
                    @for reason in IgnoreReason::ALL { option value=(reason.as_str()) data-reason { (t.finding_ignore()) ": " (super::words::reason(t, reason)) } }
                    option value="restore" { (t.finding_restore()) }
                    option value="mine" { (t.quality_assign_me()) }
                    option value="nobody" { (t.quality_assign_nobody()) }
                }
                input.input.grow name="note" maxlength="2000" autocomplete="off" placeholder=(t.finding_note()) aria-label=(t.finding_note());
                (Button::submit(t.quality_do()).weight(Weight::Normal))
            }
            p.line.small.muted.wide-only { @for (words, keys) in keys { span.line.tight { @for key in keys { (kbd(key)) } (words) } } }
        } }
    }
}

/// The filters of an address without its page.
fn filters_only(asked: &Asked) -> String {
    let address = asked.without(&["page", "sort", "tab"]);
    address.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default()
}

/// Does something with the chosen findings.
pub(super) async fn change(
    visit: Visit,
    Path((project, plan)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let at = at::<Write>(&visit, &project, &plan).await?;
    let back = inside(fields.one("back")).map_or_else(|| at.base(), str::to_owned);
    let ids: Vec<FindingId> =
        fields.all("id").filter_map(|id| id.parse().ok()).map(FindingId).collect();
    if !ids.is_empty() {
        let (call, plan) = (&visit.call, &at.plan);
        match fields.one("act") {
            "restore" => analysis::restore_ignored(call, plan, &ids).await?,
            "mine" => analysis::assign(call, plan, &ids, call.actor.user_id()).await?,
            "nobody" => analysis::assign(call, plan, &ids, None).await?,
            reason => {
                analysis::ignore(call, plan, &ids, reason.parse()?, fields.one("note")).await?;
            }
        }
    }
    Ok(response::see_other(&back))
}

/// The findings of the first lane that the address asks for, as a file.
pub(super) async fn file(
    visit: Visit,
    Path((project, plan, ending)): Path<(String, String, String)>,
    asked: Asked,
) -> Answer {
    let at = at::<Read>(&visit, &project, &plan).await?;
    let format = ExportFormat::of_ending(&ending).ok_or_else(|| Error::not_found("file"))?;
    let mut filter = filter_by(&asked);
    filter.lane = asked.one("lane").to_owned();
    let bytes = analysis::export(&visit.call, &at.plan, &filter, format).await?;
    Ok(response::file(bytes, format.media_type(), &format!("findings.{ending}")))
}

fn filter_of(scan: &Scan, asked: &Asked) -> FindingFilter {
    FindingFilter {
        lane: scan.lane.clone(),
        new_in: asked.some("new").map(|_| scan.number),
        ..filter_by(asked)
    }
}

fn filter_by(asked: &Asked) -> FindingFilter {
    let base = if asked.some("state").is_some() {
        FindingFilter::default()
    } else {
        FindingFilter::active()
    };
    FindingFilter {
        severities: Severity::of_id(asked.one("severity")).into_iter().collect(),
        categories: CATEGORIES
            .into_iter()
            .filter(|one| one.id() == asked.one("category"))
            .collect(),
        rules: asked.some("rule").map(str::to_owned).into_iter().collect(),
        states: match asked.one("state").parse::<FindingState>() {
            Ok(state) => vec![state],
            Err(_) => base.states,
        },
        path: asked.one("path").to_owned(),
        author: asked.one("author").to_owned(),
        text: asked.one("q").to_owned(),
        ..FindingFilter::default()
    }
}

const CATEGORIES: [Category; 4] =
    [Category::Bug, Category::Security, Category::Smell, Category::Performance];

fn menus(
    visit: &Visit,
    result: &ScanResult,
    known: &Counts,
    titles: &RuleTitles,
    asked: &Asked,
) -> Vec<Filter<'static>> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let choice = |name: &str, value: &str, label: String, count: Option<i64>| {
        let on = asked.one(name) == value;
        Choice { label, href: asked.with(name, (!on).then_some(value)), count, on }
    };
    let mut all = vec![
        Filter {
            label: t.filter_severity(),
            choices: Severity::ALL
                .into_iter()
                .map(|one| {
                    choice(
                        "severity",
                        one.id(),
                        severity_word(t, one).to_owned(),
                        Some(i64::from(known.active.of(one))),
                    )
                })
                .collect(),
        },
        Filter {
            label: t.filter_state(),
            choices: FindingState::ALL
                .into_iter()
                .map(|one| {
                    choice(
                        "state",
                        one.as_str(),
                        state(one).word(ui).to_owned(),
                        known.states.get(one.as_str()).map(|n| i64::from(*n)),
                    )
                })
                .collect(),
        },
        Filter {
            label: t.filter_category(),
            choices: CATEGORIES
                .into_iter()
                .map(|one| choice("category", one.id(), category(t, one).to_owned(), None))
                .collect(),
        },
        Filter {
            label: t.filter_rule(),
            choices: known
                .rules
                .iter()
                .take(OFFERED)
                .map(|one| {
                    choice(
                        "rule",
                        &one.rule,
                        rule_title(t, titles, &one.rule),
                        Some(i64::from(one.count)),
                    )
                })
                .collect(),
        },
        Filter {
            label: t.filter_author(),
            choices: known
                .authors
                .iter()
                .filter(|one| !one.mail.is_empty())
                .take(OFFERED)
                .map(|one| {
                    choice("author", &one.mail, one.name.clone(), Some(i64::from(one.count)))
                })
                .collect(),
        },
        Filter {
            label: t.filter_new(),
            choices: vec![choice(
                "new",
                "1",
                t.filter_new_here().to_owned(),
                Some(i64::from(result.new.total())),
            )],
        },
    ];
    all.retain(|filter| !filter.choices.is_empty());
    all
}

fn finding_card(
    visit: &Visit,
    at: &At<Read>,
    titles: &RuleTitles,
    finding: &Finding,
    excerpt: &Excerpt,
) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let said = message(t, &finding.rule, &finding.message);
    html! {
        article.card {
            header.found {
                @if at.nav.manage { input type="checkbox" name="id" value=(finding.id) aria-label={ (t.quality_choose()) " " (said) }; }
                (status_mark(ui, severity(finding.severity)))
                div.grow {
                    div.line { a.title href=(at.finding(finding.id)) data-row { (inline(&said)) } @if finding.state != FindingState::Open { (status(ui, state(finding.state))) } }
                    div.line.small.muted {
                        @match at.code(finding.depot, &excerpt.commit, &finding.path, finding.line) {
                            Some(href) => { a.mono.cut href=(href) { (finding.path) ":" (finding.line) } }
                            None => { span.mono.cut { (finding.path) ":" (finding.line) } }
                        }
                        @if let Some(author) = &finding.author { (person(&author.name)) (ui.time(author.at.to_jiff())) }
                        @if let Some(who) = &finding.assignee { span.line.tight { (t.quality_assigned_to()) (person(&who.name)) } }
                    }
                }
                span.line.tight { (badge(category(t, finding.category), None)) (badge(&rule_sign(t, titles, &finding.rule), None)) }
            }
            (excerpt_view(at, finding, excerpt, &[]))
        }
    }
}

/// The code around a finding, its lines marked.
pub(super) fn excerpt_view(
    at: &At<impl base::Right>,
    finding: &Finding,
    excerpt: &Excerpt,
    notes: &[Note],
) -> Markup {
    let Some(first) = excerpt.lines.first() else { return Markup::default() };
    let text: Vec<&str> = excerpt.lines.iter().map(|line| line.text.as_str()).collect();
    let painted = highlight(Language::of_path(&finding.path), &text.join("\n"));
    let marked = excerpt.lines.iter().filter(|line| line.marked).map(|line| line.number);
    let span = marked.clone().min().zip(marked.max());
    let address = at.code(finding.depot, &excerpt.commit, &finding.path, 0);
    let address = address.as_deref().and_then(|address| address.split('#').next());
    code(&Source {
        lines: &painted,
        first: first.number,
        address,
        marked: span,
        notes,
        label: &finding.path,
    })
}
