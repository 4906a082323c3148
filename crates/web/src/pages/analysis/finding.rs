use analysis::{
    Finding, FindingEvent, FindingEventKind, FindingId, FindingState, FlowStep, IgnoreReason,
    StepKind,
};
use axum::extract::Path;
use base::{Read, Write};
use maud::{Markup, Render, html};

use super::{
    findings_tab::excerpt_view,
    fix,
    frame::{At, at, short},
    words::{category, inline, message, plain, reason, rule_called, rule_note, severity, state},
};
use crate::{
    components::{
        Answer as Choice, Button, Field, Icon, Links, Moment, Note, Tone, Weight, badge, banner,
        card, card_flush, facts, icon, markdown, person, radios, status, timeline,
    },
    i18n::Text,
    layout::{Head, head},
    request::{Answer, Asked, Faults, Fields, Place, Visit, link},
    response,
};

/// Lines of code around the finding.
const AROUND: u32 = 14;

pub(super) async fn show(
    visit: Visit,
    Path((project, plan, id)): Path<(String, String, i64)>,
    asked: Asked,
) -> Answer {
    page(&visit, &project, &plan, id, &asked, &Fields::default(), &Faults::default()).await
}

pub(super) async fn page(
    visit: &Visit,
    project: &str,
    plan: &str,
    id: i64,
    asked: &Asked,
    fields: &Fields,
    faults: &Faults,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let at = at::<Read>(visit, project, plan).await?;
    let finding = analysis::finding(&visit.call, &at.plan, FindingId(id)).await?;
    let events = analysis::history(&visit.call, &at.plan, &finding).await?;
    let steps = analysis::flow(&visit.call, &at.plan, &finding).await?;
    let own = if finding.rule.starts_with(analysis::OWN_PREFIX) {
        let all = analysis::own_infos(&visit.call, &at.project).await?;
        all.into_iter().find(|rule| rule.info().id == finding.rule)
    } else {
        None
    };
    let excerpt = analysis::excerpt(&visit.call, &at.plan, &finding, AROUND).await;
    let said = message(t, &finding.rule, &finding.message);
    let note = [Note {
        line: finding.end_line.max(finding.line),
        icon: severity(finding.severity).icon(),
        tone: severity(finding.severity).tone(),
        body: inline(&said),
    }];
    let code = match &excerpt {
        Ok(excerpt) => excerpt_view(&at, &finding, excerpt, &note),
        Err(_) => html! { p.said { (t.finding_no_code()) } },
    };
    let commit = excerpt.as_ref().map(|excerpt| excerpt.commit.as_str()).unwrap_or_default();
    let href = at.code(finding.depot, commit, &finding.path, finding.line);
    let open_code = html! { @if let Some(href) = &href { a.button.small href=(href) { (icon(Icon::File)) (t.finding_open_code()) } } };
    let top = Head {
        crumbs: at.crumbs(
            visit,
            &[
                (t.scan_number(finding.last_seen.number), at.scan(finding.last_seen.number)),
                (format!("#{id}"), String::new()),
            ],
        ),
        title: plain(&said),
        signs: Markup::default(),
        meta: html! {
            (status(ui, severity(finding.severity))) (status(ui, state(finding.state)))
            span.mono { (finding.path) ":" (finding.line) }
        },
        acts: Markup::default(),
    };
    let name = rule_name(t, &finding, own.as_deref());
    let form = (fields, faults);
    let mended = fix::card_of(visit, &at, &finding, &name, asked.one("fix"), form).await?;
    let story = html! {
        @if finding.uncertain { (banner(Tone::Warn, t.finding_uncertain(), &Markup::default())) }
        (card_flush(&finding.path, Some(&open_code), &code))
        @if !steps.is_empty() { (card(t.finding_flow(), None, &flow(visit, &at, &finding, commit, &steps))) }
        (mended)
        (upgrade(visit, &at, &finding))
        (rule_card(visit, &at, &finding, own.as_deref()))
        (card(t.finding_history(), None, &history(visit, &at, &events)))
    };
    let side = html! {
        (decide(visit, &at, &finding, fields, faults))
        (card(t.project_facts(), None, &known(visit, &at, &finding, own.as_deref())))
    };
    let body =
        html! { (head(&top)) div.split { div.stack.s16 { (story) } aside.stack.s16 { (side) } } };
    at.show(
        visit,
        Place { title: &plain(&said), status: Some(faults.status()), ..Place::default() },
        body,
    )
    .await
}

/// The way of the data, step by step, each with a link to its line.
fn flow(
    visit: &Visit,
    at: &At<Read>,
    finding: &Finding,
    commit: &str,
    steps: &[FlowStep],
) -> Markup {
    let t = visit.ui.t;
    let moments: Vec<Moment> = steps
        .iter()
        .map(|step| {
            let (shape, tone, words) = match step.kind {
                StepKind::Source => (Icon::Open, Tone::Warn, t.step_source()),
                StepKind::Assigned => (Icon::Right, Tone::Calm, t.step_assigned()),
                StepKind::Through => (Icon::Forward, Tone::Calm, t.step_through()),
                StepKind::Entered => (Icon::Right, Tone::Calm, t.step_entered()),
                StepKind::Sink => (Icon::New, Tone::Warn, t.step_sink()),
            };
            let path = if step.path.is_empty() { &finding.path } else { &step.path };
            let place = format!("{path}:{}", step.span.start_line);
            let href = at.code(finding.depot, commit, path, step.span.start_line);
            Moment {
                icon: shape,
                tone: tone.class(),
                said: html! {
                    (words)
                    @if !step.name.is_empty() { " " code { (step.name) } }
                    " "
                    @if let Some(href) = href { a.small.mono href=(href) { (place) } }
                    @else { span.small.mono { (place) } }
                },
                note: None,
            }
        })
        .collect();
    timeline(&moments)
}

/// What to do about a dependency with a known vulnerability.
fn upgrade(visit: &Visit, at: &At<Read>, finding: &Finding) -> Markup {
    let t = visit.ui.t;
    let name = finding.symbol.split_once('/').map(|(_, name)| name);
    let name = name.and_then(|name| name.rsplit_once(' ')).map(|(name, _)| name);
    let Some(name) = name.filter(|_| finding.rule == analysis::VULNERABLE_RULE) else {
        return Markup::default();
    };
    let list = format!(
        "{}?tab=dependencies&q={}",
        at.scan(finding.last_seen.number),
        crate::request::segment(name)
    );
    card(
        t.dependency_todo(),
        None,
        &html! { div.stack.s12 { p { (t.dependency_todo_about()) } p { a href=(list) { (t.dependency_todo_list()) } } } },
    )
}

/// What the rule of a finding is called.
fn rule_name(t: Text, finding: &Finding, own: Option<&analysis::OwnRule>) -> String {
    let own = own.map(analysis::OwnRule::info);
    own.or_else(|| analysis::rule(&finding.rule))
        .map_or_else(|| finding.rule.clone(), |rule| rule_called(t, rule))
}

fn rule_card(
    visit: &Visit,
    at: &At<Read>,
    finding: &Finding,
    own: Option<&analysis::OwnRule>,
) -> Markup {
    let t = visit.ui.t;
    let Some(rule) = own.map(analysis::OwnRule::info).or_else(|| analysis::rule(&finding.rule))
    else {
        return Markup::default();
    };
    let (group, name) = rule.id.split_once('/').unwrap_or_default();
    let address = link(&["p", &at.project.name, "analysis", "rules", group, name], "");
    html! {
        (card(&rule_name(t, finding, own), None, &html! {
            div.stack.s12 {
                div.line { a href=(address) { (badge(&rule.id, None)) } (badge(category(t, rule.category), None)) @for cwe in &rule.cwe { (badge(&format!("CWE-{cwe}"), None)) } @if rule.effort_min > 0 { span.small.muted { (t.rule_effort(rule.effort_min)) } } }
                (markdown(rule_note(t, rule), &Links::default()))
            }
        }))
    }
}

fn known(
    visit: &Visit,
    at: &At<Read>,
    finding: &Finding,
    own: Option<&analysis::OwnRule>,
) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let depot = at.depots.get(&finding.depot);
    let commit = |sha: &str| {
        html! {
            @if let Some(depot) = depot { a.mono href=(link(&["p", &depot.project_name, "d", &depot.name, "commit", sha], "")) { (short(sha)) } }
            @else { span.mono { (short(sha)) } }
        }
    };
    let seen = |seen: &analysis::Seen| {
        html! { a href=(at.scan(seen.number)) { (t.scan_number(seen.number)) } " · " (ui.time(seen.at.to_jiff())) }
    };
    let mut pairs = vec![];
    if let Some(author) = &finding.author {
        pairs.push((t.finding_author(), html! { (person(&author.name)) span.small.muted { (ui.time(author.at.to_jiff())) " · " (commit(&author.commit)) } }));
    }
    if let Some(who) = &finding.assignee {
        pairs.push((t.quality_looked_after(), person(&who.name)));
    }
    let of_rule = format!(
        "{}?rule={}",
        at.scan(finding.last_seen.number),
        crate::request::segment(&finding.rule)
    );
    pairs.push((
        t.filter_rule(),
        html! {
            @if own.is_some() { a href=(of_rule) title=(finding.rule) { (rule_name(t, finding, own)) } }
            @else { a.mono href=(of_rule) { (finding.rule) } }
        },
    ));
    pairs.push((t.filter_category(), html! { (category(t, finding.category)) }));
    if !finding.symbol.is_empty() {
        pairs.push((t.finding_symbol(), html! { span.mono { (finding.symbol) } }));
    }
    pairs.push((t.finding_first(), seen(&finding.first_seen)));
    pairs.push((t.finding_last(), seen(&finding.last_seen)));
    if let Some(fixed) = &finding.fixed {
        pairs.push((t.status_fixed(), seen(fixed)));
    }
    facts(false, &pairs)
}

fn decide(
    visit: &Visit,
    at: &At<Read>,
    finding: &Finding,
    fields: &Fields,
    faults: &Faults,
) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let base = at.finding(finding.id);
    if let Some(ignored) = &finding.ignored {
        return card(
            t.status_ignored(),
            None,
            &html! {
                div.stack.s12 {
                    p { (person(&ignored.by_name)) span.muted.small { (ui.time(ignored.at.to_jiff())) } }
                    p { strong { (reason(t, ignored.reason)) } }
                    @if !ignored.note.is_empty() { p { (ignored.note) } }
                    @if let Some(until) = ignored.until { p.small.muted { (t.quality_until_word()) " " (ui.time(until.to_jiff())) } }
                    form method="post" action={ (base) "/restore" } { (Button::submit(t.finding_restore()).icon(Icon::Again).render()) }
                }
            },
        );
    }
    if finding.state == FindingState::Fixed {
        return Markup::default();
    }
    let answers: Vec<Choice<'_>> = IgnoreReason::ALL
        .iter()
        .map(|one| Choice { value: one.as_str(), label: reason(t, *one), hint: None })
        .collect();
    let chosen =
        if fields.on("reason") { fields.one("reason") } else { IgnoreReason::WontFix.as_str() };
    html! {
        details.card.fold open[faults.status() != http::StatusCode::OK && !fix::is_of(fields)] {
            summary { (icon(Icon::Ignored)) strong { (t.finding_ignore()) } (icon(Icon::Down)) }
            div.body {
                form.form method="post" action={ (base) "/ignore" } {
                    @if !fix::is_of(fields) { (faults.banner(ui)) }
                    p.small.muted { (t.finding_ignore_about()) }
                    (radios("reason", t.finding_reason(), &answers, chosen))
                    (Field::new(ui, "until", t.quality_until()).kind("date").optional().value(fields.one("until")).hint(t.quality_until_hint()).fault(faults.get("until")))
                    (radios("range", t.quality_range(), &[
                        Choice { value: "", label: t.quality_range_this(), hint: None },
                        Choice { value: "file", label: t.quality_range_file(), hint: Some(t.quality_range_hint()) },
                        Choice { value: "all", label: t.quality_range_all(), hint: Some(t.quality_range_hint()) },
                    ], fields.one("range")))
                    (Field::new(ui, "note", t.finding_note()).area(2).optional().value(fields.one("note")).fault(faults.get("note")))
                    (Button::submit(t.finding_ignore()).weight(Weight::Normal))
                }
            }
        }
    }
}

fn history(visit: &Visit, at: &At<Read>, events: &[FindingEvent]) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let moments: Vec<Moment> = events
        .iter()
        .map(|event| {
            let (shape, tone, words) = match event.kind {
                FindingEventKind::Found => (Icon::New, Tone::Warn, t.event_found()),
                FindingEventKind::Moved => (Icon::Forward, Tone::Calm, t.event_moved()),
                FindingEventKind::Fixed => (Icon::Passed, Tone::Ok, t.event_fixed()),
                FindingEventKind::Reopened => (Icon::Again, Tone::Warn, t.event_reopened()),
                FindingEventKind::Ignored => (Icon::Ignored, Tone::Calm, t.event_ignored()),
                FindingEventKind::Restored => (Icon::Open, Tone::Info, t.event_restored()),
                FindingEventKind::Assigned => (Icon::User, Tone::Info, t.quality_event_assigned()),
                FindingEventKind::FixCommitted => (Icon::Branch, Tone::Ok, t.event_fix_committed()),
            };
            Moment {
                icon: shape,
                tone: tone.class(),
                said: html! {
                    @if !event.by_name.is_empty() { (person(&event.by_name)) " " }
                    (words)
                    @if let Some(number) = event.scan { " " a href=(at.scan(number)) { (t.scan_number(number)) } }
                    " " span.muted.small { (ui.time(event.at.to_jiff())) }
                },
                note: (!event.note.is_empty()).then(|| event.note.clone()),
            }
        })
        .collect();
    timeline(&moments)
}

pub(super) async fn ignore(
    visit: Visit,
    Path((project, plan, id)): Path<(String, String, i64)>,
    asked: Asked,
    fields: Fields,
) -> Answer {
    let at = at::<Write>(&visit, &project, &plan).await?;
    let done = decided(&visit, &at, FindingId(id), &fields).await;
    match done {
        Ok(()) => Ok(response::see_other(&at.finding(FindingId(id)))),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &["note", "until"])?;
            page(&visit, &project, &plan, id, &asked, &fields, &faults).await
        }
    }
}

/// Ignores the finding, or makes an exception of its rule.
async fn decided(
    visit: &Visit,
    at: &At<Write>,
    id: FindingId,
    fields: &Fields,
) -> Result<(), base::Error> {
    let reason = fields.one("reason").parse::<IgnoreReason>()?;
    let (note, until) = (fields.one("note"), fields.day("until")?);
    let range = fields.one("range");
    if range.is_empty() {
        return analysis::ignore_until(&visit.call, &at.plan, &[id], reason, note, until).await;
    }
    let finding = analysis::finding(&visit.call, &at.plan, id).await?;
    let new = analysis::NewException {
        path: if range == "file" { finding.path } else { String::new() },
        rule: finding.rule,
        reason,
        note: note.to_owned(),
        until,
    };
    analysis::except(&visit.call, &at.plan, new).await.map(drop)
}

pub(super) async fn restore(
    visit: Visit,
    Path((project, plan, id)): Path<(String, String, i64)>,
) -> Answer {
    let at = at::<Write>(&visit, &project, &plan).await?;
    analysis::restore(&visit.call, &at.plan, &[FindingId(id)]).await?;
    Ok(response::see_other(&at.finding(FindingId(id))))
}
