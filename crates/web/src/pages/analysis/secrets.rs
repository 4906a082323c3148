//! Secrets in the history of a plan's depots.

use analysis::{
    BackfillId, BackfillKind, IgnoreReason, Leak, LeakCounts, LeakDecision, LeakFilter, LeakId,
    LeakState, NewSearch, backfills,
};
use axum::extract::Path;
use base::{PageRequest, Read, Write};
use depots::DepotId;
use maud::{Markup, html};

use super::{
    frame::{At, at, short},
    history::fill,
    words::{reason, rule_title, severity},
};
use crate::{
    components::{
        Button, Column, Field, Icon, Tab, Tone, Weight, badge, banner, card, card_flush, empty,
        folding, pager, person, sheet, status, tabs,
    },
    i18n::Text,
    layout::{Head, head},
    request::{Answer, Asked, Faults, Fields, Place, Visit, inside},
    response,
};

/// Secrets of a page.
const SIZE: u64 = 50;
/// Searches that are told of.
const SEARCHES: u64 = 3;

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
    let state = asked.one("state").parse().unwrap_or(LeakState::Open);
    let filter = LeakFilter { state: Some(state), ..LeakFilter::default() };
    let found = analysis::leaks(&visit.call, &at.plan, filter, asked.page(SIZE)).await?;
    let counts = analysis::leak_counts(&visit.call, &at.plan).await?;
    let first = PageRequest::first(SEARCHES);
    let runs = backfills(&visit.call, &at.plan, BackfillKind::Secrets, first).await?.items;
    let busy = runs.iter().any(|one| !one.state.is_final());
    let top = Head {
        crumbs: at.crumbs(visit, &[(t.leaks_title().to_owned(), String::new())]),
        title: t.leaks_title().to_owned(),
        meta: html! { span { (t.leaks_about()) } },
        acts: html! { (Button::link(t.past_title(), &format!("{}/history", at.base())).icon(Icon::History)) },
        ..Head::default()
    };
    let number = found.page.number();
    let to = |number: u64| asked.with("page", Some(&number.to_string()));
    let body = html! {
        (head(&top))
        div.stack {
            @if counts.full { (banner(Tone::Warn, t.leaks_full(), &html! { p { (t.leaks_full_about()) } })) }
            (states(&at, t, state, counts))
            @if found.items.is_empty() {
                @let (title, about) = if runs.is_empty() { (t.leaks_never(), t.leaks_never_about()) } else { (t.leaks_none(), t.leaks_none_about()) };
                (sheet(&empty(ui, Icon::Key, title, about, &Markup::default(), &[])))
            } @else {
                form.stack.s12 method="post" action={ (at.base()) "/secrets" } {
                    input type="hidden" name="back" value=(asked.with("page", asked.some("page")));
                    (list(visit, &at, &found.items))
                    @if at.nav.manage { (decisions(visit, state)) }
                }
            }
            (pager(ui, (number > 1).then(|| to(number - 1)).as_deref(), &t.list_page(number), found.has_next().then(|| to(number + 1)).as_deref()))
            (card(t.leaks_search(), None, &html! { div.stack.s12 {
                p.muted { (t.leaks_search_about()) }
                @for one in &runs { (fill(visit, &at, one, "secrets/search")) }
                @if at.nav.manage && !busy { (ask(visit, &at, fields, faults)) }
            } }))
        }
    };
    let place = Place {
        title: t.leaks_title(),
        refresh: busy.then_some(3),
        status: Some(faults.status()),
        ..Place::default()
    };
    at.show(visit, place, body).await
}

fn states(at: &At<Read>, t: Text, here: LeakState, counts: LeakCounts) -> Markup {
    let all: Vec<Tab<'_>> = [
        (LeakState::Open, t.leaks_open(), counts.open),
        (LeakState::Revoked, t.leaks_revoked(), counts.revoked),
        (LeakState::Ignored, t.leaks_ignored(), counts.ignored),
    ]
    .into_iter()
    .map(|(state, label, count)| Tab {
        label,
        href: format!("{}/secrets?state={}", at.base(), state.as_str()),
        count: i64::try_from(count).ok(),
        here: state == here,
    })
    .collect();
    tabs(t.leaks_title(), &all)
}

fn list(visit: &Visit, at: &At<Read>, leaks: &[Leak]) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let columns =
        [Column::text(t.leaks_what()), Column::text(t.leaks_since()), Column::text(t.leaks_now())];
    let lines: Vec<Vec<Markup>> = leaks
        .iter()
        .map(|leak| {
            let title = rule_title(t, &analysis::RuleTitles::default(), &leak.rule);
            let commit = &leak.author.commit;
            vec![
                html! {
                    label.line.tight.keep {
                        @if at.nav.manage { input type="checkbox" name="id" value=(leak.id) aria-label={ (t.quality_choose()) " " (title) " " (leak.path) }; }
                        (status(ui, severity(leak.severity))) strong { (title) }
                    }
                    div.small.wrap { (place(at, leak, commit, &leak.path, leak.line)) }
                    @if leak.state != LeakState::Open { div.small.muted {
                        @if let Some(why) = leak.reason { (reason(t, why)) " · " }
                        @if leak.by_name.is_empty() { (t.leaks_by_comment()) } @else { (person(&leak.by_name)) }
                        @if let Some(at) = leak.decided_at { " " (ui.time(at.to_jiff())) }
                        @if !leak.note.is_empty() { " · " (leak.note) }
                    } }
                },
                html! {
                    @match at.depots.get(&leak.depot) {
                        Some(depot) => { a.mono href=(crate::request::link(&["p", &depot.project_name, "d", &depot.name, "commit", commit], "")) { (short(commit)) } }
                        None => { span.mono { (short(commit)) } }
                    }
                    div.small.muted { (leak.author.name) " · " (ui.time(leak.author.at.to_jiff())) }
                },
                html! {
                    @match leak.places.first() {
                        Some(first) => {
                            (badge(t.leaks_there(), None))
                            div.small.wrap { (place(at, leak, "", &first.path, first.line)) @if leak.places.len() > 1 { " " (t.leaks_more(leak.places.len() - 1)) } }
                        }
                        None => { span.muted { (t.leaks_removed()) } }
                    }
                },
            ]
        })
        .collect();
    card_flush(t.leaks_title(), None, &folding(t.leaks_title(), &columns, &lines))
}

/// A line of a file at a commit, or at the tip of the default branch.
fn place(at: &At<Read>, leak: &Leak, commit: &str, path: &str, line: u32) -> Markup {
    html! {
        @match at.code(leak.depot, commit, path, line) {
            Some(href) => { a.mono href=(href) { (path) ":" (line) } }
            None => { span.mono { (path) ":" (line) } }
        }
    }
}

/// What is done with those that are chosen.
fn decisions(visit: &Visit, state: LeakState) -> Markup {
    let t = visit.ui.t;
    html! {
        fieldset.card.bulk { div.body.stack.s12 { div.line {
            legend.small.muted { (t.leaks_bulk()) }
            select.input name="act" aria-label=(t.leaks_bulk()) {
                @if state != LeakState::Revoked { option value="revoked" { (t.leaks_say_revoked()) } }
                @if state != LeakState::Ignored { @for one in IgnoreReason::ALL { option value=(one.as_str()) { (t.leaks_say_ignored()) ": " (reason(t, one)) } } }
                @if state != LeakState::Open { option value="open" { (t.leaks_say_open()) } }
            }
            input.input.grow name="note" maxlength="2000" autocomplete="off" placeholder=(t.finding_note()) aria-label=(t.finding_note());
            (Button::submit(t.quality_do()).weight(Weight::Normal))
        } } }
    }
}

/// Asking for a search.
fn ask(visit: &Visit, at: &At<Read>, fields: &Fields, faults: &Faults) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let sources: Vec<(String, String)> = at
        .plan
        .sources
        .iter()
        .filter_map(|source| {
            Some((source.depot.to_string(), at.depots.get(&source.depot)?.name.clone()))
        })
        .collect();
    let depots: Vec<(&str, &str)> =
        sources.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
    html! {
        form.form method="post" action={ (at.base()) "/secrets/search" } {
            (faults.banner(ui))
            div.pair {
                @if depots.len() > 1 { (Field::new(ui, "depot", t.search_depot()).choice(&depots).value(fields.one("depot"))) }
                (Field::new(ui, "branch", t.plan_branch()).value(fields.one("branch")).hint(t.leaks_branch_hint()).mono().optional().fault(faults.get("branch")))
            }
            div.line { (Button::submit(t.leaks_search_now()).icon(Icon::Play)) }
        }
    }
}

pub(super) async fn search(
    visit: Visit,
    Path((project, plan)): Path<(String, String)>,
    asked: Asked,
    fields: Fields,
) -> Answer {
    let at = at::<Write>(&visit, &project, &plan).await?;
    let wanted = NewSearch {
        depot: fields.one("depot").parse().ok().map(DepotId),
        branch: fields.one("branch").to_owned(),
    };
    match analysis::search_history(&visit.call, &at.plan, wanted).await {
        Ok(_) => Ok(response::see_other(&format!("{}/secrets", at.base()))),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &["branch"])?;
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
    Ok(response::see_other(&format!("{}/secrets", at.base())))
}

/// Decides about the chosen secrets.
pub(super) async fn decide(
    visit: Visit,
    Path((project, plan)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let at = at::<Write>(&visit, &project, &plan).await?;
    let usual = || format!("{}/secrets", at.base());
    let back = inside(fields.one("back")).map_or_else(usual, str::to_owned);
    let ids: Vec<LeakId> = fields.all("id").filter_map(|id| id.parse().ok()).map(LeakId).collect();
    if !ids.is_empty() {
        let decision = match fields.one("act") {
            "revoked" => LeakDecision::Revoked,
            "open" => LeakDecision::Open,
            word => LeakDecision::Ignored(word.parse()?),
        };
        analysis::decide_leaks(&visit.call, &at.plan, &ids, decision, fields.one("note")).await?;
    }
    Ok(response::see_other(&back))
}
