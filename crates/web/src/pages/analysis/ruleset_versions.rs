//! What a ruleset said at each of its versions, and what changed between two.

use analysis::{RulesetChange, RulesetId, RulesetPart, RulesetVersion};
use axum::extract::Path;
use base::Read;
use maud::{Markup, html};

use super::frame::trail;
use crate::{
    components::{Button, Field, Icon, Row, Tone, badge, card, card_flush, icon, row, rows},
    i18n::Text,
    layout::{Head, Section, head},
    request::{Answer, Asked, Place, Visit, link},
};

pub(super) async fn show(
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    asked: Asked,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let project = visit.project::<Read>(&slug).await?;
    let nav = visit.nav(&project).await?;
    let id = RulesetId(id);
    let ruleset = analysis::ruleset(&visit.call, &project, id).await?;
    let versions = analysis::ruleset_versions(&visit.call, &project, id).await?;
    let at = |name: &str, usual: usize| {
        let wanted = asked.one(name);
        let found = versions.iter().find(|one| !wanted.is_empty() && one.version == wanted);
        found.or(versions.get(usual))
    };
    let (before, after) = (at("from", 1), at("to", 0));
    let base = link(&["p", &slug, "analysis", "rulesets", &id.to_string()], "");
    let crumbs = [
        (t.quality_rulesets().to_owned(), link(&["p", &slug, "analysis", "rulesets"], "")),
        (ruleset.name.clone(), base.clone()),
    ];
    let top = Head {
        crumbs: trail(&visit, &nav, &slug, &crumbs),
        title: t.rules_versions_of(&ruleset.name),
        meta: html! { span { (t.rules_versions_about()) } },
        ..Head::default()
    };
    let options: Vec<(&str, String)> = versions
        .iter()
        .map(|one| {
            (one.version.as_str(), format!("{} {}", short(&one.version), ui.day(one.at.to_jiff())))
        })
        .collect();
    let options: Vec<(&str, &str)> =
        options.iter().map(|(version, words)| (*version, words.as_str())).collect();
    let body = html! {
        (head(&top))
        div.stack {
            @if let (Some(before), Some(after)) = (before, after) {
                (card(t.rules_changes(), None, &html! { div.stack.s12 {
                    form.form method="get" {
                        div.pair {
                            (Field::new(ui, "from", t.rules_from()).choice(&options).value(&before.version))
                            (Field::new(ui, "to", t.rules_to()).choice(&options).value(&after.version))
                        }
                        div.acts { (Button::submit(t.rules_compare())) }
                    }
                    (changes(t, before, after))
                } }))
            }
            (list(&visit, &versions))
        }
    };
    let place = Place {
        title: &ruleset.name,
        project: Some(&nav),
        section: Section::Analysis,
        ..Place::default()
    };
    visit.show(place, html! { div.column { (body) } }).await
}

fn short(version: &str) -> &str {
    version.get(..12).unwrap_or(version)
}

fn changes(t: Text, before: &RulesetVersion, after: &RulesetVersion) -> Markup {
    let all = analysis::changes_between(&before.content, &after.content);
    html! {
        @if all.is_empty() { p.muted { (t.rules_same()) } }
        @else { (listed(t, &all)) }
    }
}

/// A value of a change, or a dash.
pub(super) fn short_value(value: &str) -> Markup {
    html! { @if value.is_empty() { "–" } @else { code { (short(value)) } } }
}

/// Changes as a list.
fn listed(t: Text, all: &[RulesetChange]) -> Markup {
    let part = |part: RulesetPart| match part {
        RulesetPart::Pack => t.quality_packs(),
        RulesetPart::Rule => t.filter_rule(),
        RulesetPart::Include => t.plan_inclusions(),
        RulesetPart::Exclude => t.plan_exclusions(),
        RulesetPart::Limit => t.rules_limit(),
        RulesetPart::Adapter => t.rules_adapters(),
        RulesetPart::Own => t.rules_own(),
    };
    html! {
        ul.plain {
            @for one in all {
                li {
                    span.muted.small { (part(one.part)) } " " span.mono { (one.subject) } ": "
                    (short_value(&one.before)) " → " (short_value(&one.after))
                }
            }
        }
    }
}

fn list(visit: &Visit, versions: &[RulesetVersion]) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let list = html! {
        @for (place, one) in versions.iter().enumerate() {
            (row(&Row {
                lead: icon(Icon::Clock),
                title: short(&one.version),
                href: &format!("?from={}", one.version),
                signs: html! { @if place == 0 { (badge(t.rules_current(), Some(Tone::Ok))) } },
                meta: html! { @if !one.by.is_empty() { span { (one.by) } } span { (ui.time(one.at.to_jiff())) } },
                side: Markup::default(),
            }))
        }
    };
    card_flush(t.rules_versions(), None, &rows(&list))
}
