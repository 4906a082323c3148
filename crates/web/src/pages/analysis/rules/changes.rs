//! What a team's rule said before and after, line by line; and which rules of the
//! team changed between two scans.

use analysis::{RulesUsed, Scan, TeamRuleVersion};
use axum::extract::Path;
use base::Read;
use maud::{Markup, html};

use super::super::frame::trail;
use super::{
    super::{super::depots::text_difference, frame::At, ruleset_versions::short_value},
    list::address_of,
    one::short,
};
use crate::{
    components::{Button, Field, Icon, card, card_flush, icon},
    layout::{Head, Section, head},
    request::{Answer, Asked, Place, Visit, blocking, link},
};

/// Unchanged lines around what changed.
const AROUND: u32 = 5;

pub(super) async fn show(
    visit: Visit,
    Path((slug, name)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let project = visit.project::<Read>(&slug).await?;
    let nav = visit.nav(&project).await?;
    let rule = analysis::own_rule(&visit.call, &project, &name).await?;
    let versions = analysis::own_rule_versions(&visit.call, &project, &name).await?;
    let at = |name: &str, usual: usize| {
        let wanted = asked.one(name);
        let found = versions.iter().find(|one| !wanted.is_empty() && one.version == wanted);
        found.or(versions.get(usual)).or(versions.last())
    };
    let (before, after) = (at("from", 1), at("to", 0));
    let here = address_of(&slug, &rule.name);
    let crumbs = [
        (t.rules_title().to_owned(), link(&["p", &slug, "analysis", "rules"], "")),
        (rule.name.clone(), here.clone()),
        (t.rules_changes().to_owned(), String::new()),
    ];
    let title = t.rules_changes_of(&rule.name);
    let top = Head {
        crumbs: trail(&visit, &nav, &slug, &crumbs),
        title: title.clone(),
        ..Head::default()
    };
    let words: Vec<(&str, String)> = versions
        .iter()
        .map(|one| {
            let words = format!("{} {} {}", short(&one.version), ui.day(one.at.to_jiff()), one.by);
            (one.version.as_str(), words)
        })
        .collect();
    let options: Vec<(&str, &str)> =
        words.iter().map(|(version, words)| (*version, words.as_str())).collect();
    let difference = match (before, after) {
        (Some(before), Some(after)) => difference(&visit, &rule.name, before, after).await?,
        _ => Markup::default(),
    };
    let body = html! {
        (head(&top))
        div.stack {
            @if let (Some(before), Some(after)) = (before, after) {
                (card(t.rules_versions(), None, &html! {
                    form.form method="get" {
                        div.pair {
                            (Field::new(ui, "from", t.rules_from()).choice(&options).value(&before.version))
                            (Field::new(ui, "to", t.rules_to()).choice(&options).value(&after.version))
                        }
                        div.acts { (Button::submit(t.rules_compare())) (Button::link(t.rules_back(), &here)) }
                    }
                }))
            }
            (card_flush(t.rules_changes(), None, &difference))
        }
    };
    let place = Place {
        title: &title,
        project: Some(&nav),
        section: Section::Analysis,
        ..Place::default()
    };
    visit.show(place, html! { div.column { (body) } }).await
}

async fn difference(
    visit: &Visit,
    name: &str,
    before: &TeamRuleVersion,
    after: &TeamRuleVersion,
) -> Result<Markup, crate::request::Fault> {
    if before.version == after.version {
        return Ok(html! { p.said { (visit.ui.t.rules_same_text()) } });
    }
    let (old, new) = (before.text.clone(), after.text.clone());
    let work = move || Ok(git::diff_text(old.as_bytes(), new.as_bytes(), AROUND));
    let content = blocking(work).await?;
    Ok(text_difference(&visit.ui, &format!("{name}.yml"), &content))
}

/// The rules of the team that are other ones than in the scan that this one was
/// compared with; nothing where none is.
pub(in super::super) async fn since(
    visit: &Visit,
    at: &At<Read>,
    scan: &Scan,
    now: &RulesUsed,
) -> Result<Markup, base::Error> {
    let t = visit.ui.t;
    let Some(base) = scan.base else { return Ok(Markup::default()) };
    let before = match analysis::scan_by_id(&visit.call, &at.plan, base).await {
        Ok(before) => before,
        Err(error) if error.is_not_found() => return Ok(Markup::default()),
        Err(error) => return Err(error),
    };
    let Some(old) = before.result.as_ref().map(|result| &result.rules.own) else {
        return Ok(Markup::default());
    };
    let changes = analysis::own_changes(old, &now.own);
    if changes.is_empty() {
        return Ok(Markup::default());
    }
    Ok(html! {
        details.card.fold {
            summary { (icon(Icon::Code)) strong { (t.rules_since(changes.len(), before.number)) } (icon(Icon::Down)) }
            div.body {
                ul.plain {
                    @for one in &changes {
                        @let rule = address_of(&at.project.name, &one.subject);
                        li {
                            a.mono href=(rule) { (one.subject) } ": "
                            (short_value(&one.before)) " → " (short_value(&one.after))
                            @if !one.before.is_empty() && !one.after.is_empty() {
                                " " a.small href={ (rule) "/changes?from=" (one.before) "&to=" (one.after) } { (t.rules_changes()) }
                            }
                        }
                    }
                }
            }
        }
    })
}
