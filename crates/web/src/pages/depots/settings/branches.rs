use std::collections::HashMap;

use axum::extract::Path;
use base::Administer;
use depots::rules::{
    branches::{self, BranchRule, BranchRuleMember},
    preview, pushes, refs, specs,
};
use maud::{Markup, html};

use super::{
    super::frame::at, Page, Seen, Sent, group, people, people::Names, see, show as show_page,
};
use crate::{
    components::{Button, Field, Icon, Row, Status, Weight, card_flush, icon, row, rows, verdict},
    i18n::Text,
    request::{Answer, Asked, Fault, Fields, Visit, blocking},
    response,
};

/// Branches of a rule that are named.
const NAMED: usize = 3;

/// Branches that are compared with the rules.
const LOOKED_AT: usize = 5_000;

pub(super) async fn show(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    let seen = see(&visit, &project, &depot).await?;
    draw(&visit, &seen, asked.one("branch"), &Sent::default()).await
}

pub(super) async fn create(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    match branches::create(&visit.call, &granted, fields.one("pattern")).await {
        Ok(rule) => {
            let seen = see(&visit, &project, &depot).await?;
            Ok(response::see_other(&seen.to(&format!("/branches/{}", rule.id))))
        }
        Err(error) => {
            let sent = Sent::back(&visit, "make", fields, error, &["pattern"])?;
            let seen = see(&visit, &project, &depot).await?;
            draw(&visit, &seen, "", &sent).await
        }
    }
}

async fn draw(visit: &Visit, seen: &Seen, branch: &str, sent: &Sent) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let rules = branches::list(&visit.call, &seen.at.depot).await?;
    let members = preview::members_by_rule(&visit.call, &seen.at.depot).await?;
    let names = people::names(visit, seen.admin.as_ref()).await?;
    let existing = existing(visit, seen).await?;
    let (fields, faults) = sent.of("make", &[]);
    let body = html! {
        @if rules.is_empty() {
            (group("rules", t.branchrule_title(), t.branchrule_about(), &html! { p { (t.branchrule_none()) } }))
        } @else {
            (card_flush(t.branchrule_title(), None, &html! {
                div.body { p.muted { (t.branchrule_about()) } }
                (rows(&html! { @for rule in &rules { (line(visit, seen, rule, members.get(&rule.id), &names, &existing)) } }))
            }))
        }
        @if seen.manages() {
            (group("make", t.branchrule_make(), t.branchrule_pattern_hint(), &html! {
                form.form method="post" action=(seen.to("/branches")) {
                    (sent.banner(visit, "make"))
                    (Field::new(ui, "pattern", t.branchrule_pattern()).value(fields.one("pattern")).mono().placeholder("release/*").suggestions(&existing[..existing.len().min(100)]).fault(faults.get("pattern")))
                    div.acts { (Button::submit(t.branchrule_make()).weight(Weight::Primary).icon(Icon::Plus)) }
                }
            }))
        }
        (outcome(visit, seen, &rules, &members, &names, branch, &existing).await?)
    };
    show_page(visit, seen, Page::Branches, sent, &body).await
}

/// The names of the branches that there are, some of them where there are very
/// many.
pub(super) async fn existing(visit: &Visit, seen: &Seen) -> Result<Vec<String>, Fault> {
    let Ok(repository) = seen.at.open(visit) else { return Ok(Vec::new()) };
    blocking(move || {
        Ok(repository.branches()?.into_iter().take(LOOKED_AT).map(|branch| branch.name).collect())
    })
    .await
}

fn line(
    visit: &Visit,
    seen: &Seen,
    rule: &BranchRule,
    members: Option<&Vec<BranchRuleMember>>,
    names: &Names,
    existing: &[String],
) -> Markup {
    let t = visit.ui.t;
    row(&Row {
        lead: icon(Icon::Lock),
        title: &rule.pattern,
        href: &seen.to(&format!("/branches/{}", rule.id)),
        signs: Markup::default(),
        meta: html! {
            span { (matches(t, rule, existing)) }
            span { (t.branchrule_pushes()) " " (pushers(t, names, members.map_or(&[], Vec::as_slice))) }
            @for demand in demands(t, rule) { span { (demand) } }
        },
        side: html! { span.keep { (icon(Icon::Right)) } },
    })
}

/// How many branches a rule is about, and some of their names.
pub(super) fn matches(t: Text, rule: &BranchRule, existing: &[String]) -> Markup {
    let found: Vec<&str> =
        existing.iter().map(String::as_str).filter(|name| rule.matches(name)).collect();
    html! {
        @if found.is_empty() { (t.branchrule_matches_none()) } @else {
            (t.branchrule_matches(found.len()))
            @if !rule.is_exact() {
                ": " span.mono { (found[..found.len().min(NAMED)].join(", ")) }
                @if found.len() > NAMED { " " (t.branchrule_matches_more(found.len() - NAMED)) }
            }
        }
    }
}

/// Who may push to the branches of a rule.
pub(super) fn pushers(t: Text, names: &Names, members: &[BranchRuleMember]) -> String {
    let who: Vec<String> = members
        .iter()
        .filter(|member| member.allow_push)
        .map(|member| people::words(t, names, &member.holder))
        .collect();
    if who.is_empty() { t.branchrule_pushes_nobody().to_owned() } else { who.join(t.list_and()) }
}

/// What a rule demands, each in a sentence.
pub(super) fn demands(t: Text, rule: &BranchRule) -> Vec<String> {
    let mut all = Vec::new();
    if rule.deny_force_push {
        all.push(t.branchrule_no_force().to_owned());
    }
    if rule.required_grants > 0 {
        all.push(t.branchrule_grants(rule.required_grants));
    }
    if rule.required_status {
        all.push(if rule.status_contexts.is_empty() {
            t.branchrule_status().to_owned()
        } else {
            t.branchrule_status_of(rule.status_contexts.join(", "))
        });
    }
    if rule.code_owners {
        all.push(t.branchrule_owners().to_owned());
    }
    if !rule.must_merge_to.is_empty() {
        all.push(t.branchrule_must_merge(&rule.must_merge_to));
    }
    if rule.force_squash {
        all.push(t.branchrule_squash().to_owned());
    }
    all
}

/// What would happen to a branch of a name that was typed.
async fn outcome(
    visit: &Visit,
    seen: &Seen,
    rules: &[BranchRule],
    members: &HashMap<i64, Vec<BranchRuleMember>>,
    names: &Names,
    branch: &str,
    existing: &[String],
) -> Result<Markup, Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let depot = &seen.at.depot;
    let said = if branch.is_empty() {
        Markup::default()
    } else {
        let frozen = refs::read_only(&visit.call, depot).await?;
        let spec = specs::of_depot(&visit.call, depot).await?;
        let settings = pushes::get(&visit.call, depot).await?;
        let mut more: Vec<String> = Vec::new();
        let (state, sentence) = if frozen.contains(&format!("refs/heads/{branch}")) {
            (Status::Cancelled, t.branchrule_outcome_read_only(branch))
        } else if let Some(rule) = branches::protecting(rules, branch) {
            let list = members.get(&rule.id).map_or(&[] as &[_], Vec::as_slice);
            more.push(format!("{} {}", t.branchrule_pushes(), pushers(t, names, list)));
            more.extend(demands(t, rule));
            more.push(t.branchrule_outcome_no_delete().to_owned());
            (Status::Passed, t.branchrule_outcome_rule(branch, &rule.pattern))
        } else {
            more.push(
                if settings.deny_force_push {
                    t.branchrule_outcome_free_no_force()
                } else {
                    t.branchrule_outcome_free_about()
                }
                .to_owned(),
            );
            (Status::Open, t.branchrule_outcome_free(branch))
        };
        if let Some(spec) = spec {
            match spec.type_of(branch, &depot.default_branch) {
                Some(kind) => more.push(t.branchrule_outcome_type(&kind.name)),
                None if !spec.allow_others && !existing.iter().any(|name| name == branch) => {
                    more.push(t.branchrule_outcome_no_type().to_owned());
                }
                None => {}
            }
        }
        verdict(
            state,
            &sentence,
            &html! { @if !more.is_empty() { ul.stack.s4 { @for line in &more { li { (line) } } } } },
        )
    };
    Ok(group(
        "outcome",
        t.branchrule_outcome(),
        t.branchrule_outcome_about(),
        &html! {
            form.form method="get" action=(seen.to("/branches")) {
                (Field::new(ui, "branch", t.branchrule_outcome_branch()).value(branch).mono().suggestions(&existing[..existing.len().min(100)]))
                div.acts { (Button::submit(t.sets_try()).icon(Icon::Search)) }
            }
            div aria-live="polite" { (said) }
        },
    ))
}
