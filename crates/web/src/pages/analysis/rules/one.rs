use analysis::{OWN_PREFIX, OwnRule, RuleInfo, TeamRule, TeamRuleVersion};
use axum::extract::Path;
use base::{Error, Read};
use maud::{Markup, html};

use super::super::frame::trail;
use super::{
    super::words::{category, rule_called, rule_note, severity},
    list::address_of,
};
use crate::{
    components::{
        Button, Icon, Language, Links, Row, Source, Tone, Weight, badge, banner, card, card_flush,
        code, facts, highlight, icon, markdown, row, rows, status,
    },
    layout::{Head, Section, head},
    request::{Answer, Asked, Place, Visit, link},
};

/// What a rule says, with its examples; of a team's rule its text and versions.
pub(super) async fn show(
    visit: Visit,
    Path((slug, group, name)): Path<(String, String, String)>,
    asked: Asked,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let project = visit.project::<Read>(&slug).await?;
    let nav = visit.nav(&project).await?;
    let id = format!("{group}/{name}");
    let own = match id.starts_with(OWN_PREFIX) {
        true => Some(analysis::own_rule(&visit.call, &project, &id).await?),
        false => None,
    };
    let versions = match &own {
        Some(_) => analysis::own_rule_versions(&visit.call, &project, &id).await?,
        None => Vec::new(),
    };
    let version = versions.iter().find(|one| one.version == asked.one("version"));
    let text = version.map(|one| one.text.as_str()).or(own.as_ref().map(|own| own.text.as_str()));
    let read = text.map(OwnRule::parse);
    let info: Option<&RuleInfo> = match &read {
        Some(read) => read.as_ref().ok().map(OwnRule::info),
        None => Some(analysis::rule(&id).ok_or_else(|| Error::not_found("rule"))?),
    };
    let may = own.is_some() && analysis::may_write_rules(&visit.call, project.team);
    let here = address_of(&slug, &id);
    let crumbs = [
        (t.rules_title().to_owned(), link(&["p", &slug, "analysis", "rules"], "")),
        (id.clone(), here.clone()),
    ];
    let heading = info.map_or_else(|| id.clone(), |info| rule_called(t, info));
    let top = Head {
        crumbs: trail(&visit, &nav, &slug, &crumbs),
        title: heading.clone(),
        signs: html! {
            @if let Some(info) = info { (status(ui, severity(info.severity))) }
            @if own.as_ref().is_some_and(|own| own.removed) { (badge(t.rules_removed(), Some(Tone::Calm))) }
            @else if own.as_ref().is_some_and(|own| !own.tested) { (badge(t.rules_untested(), Some(Tone::Warn))) }
        },
        acts: html! { @if may { (Button::link(t.rules_edit(), &format!("{here}/edit")).weight(Weight::Primary).icon(Icon::Code)) } },
        ..Head::default()
    };
    let body = html! {
        (head(&top))
        div.stack {
            @if let Some(one) = version { (banner(Tone::Info, &t.rules_version_shown(short(&one.version)), &html! { p { a href=(here) { (t.rules_version_now()) } } })) }
            @if let Some(Err(fault)) = &read { (banner(Tone::Bad, t.rules_broken(), &html! { p { (fault.to_string()) } })) }
            @if let Some(info) = info { (about(&visit, info)) (examples(&visit, info)) }
            @if let Some(text) = text { (card_flush(t.rules_text(), None, &lines(t.rules_text(), None, text))) }
            @if let Some(own) = &own { (past(&visit, own, &versions, &here)) }
        }
    };
    let place = Place {
        title: &heading,
        project: Some(&nav),
        section: Section::Analysis,
        ..Place::default()
    };
    visit.show(place, html! { div.column { (body) } }).await
}

fn about(visit: &Visit, info: &RuleInfo) -> Markup {
    let t = visit.ui.t;
    let languages: Vec<&str> = info.languages.iter().map(|language| language.name()).collect();
    let mut pairs = vec![
        (t.filter_rule(), html! { span.mono { (info.id) } }),
        (t.filter_category(), html! { (category(t, info.category)) }),
        (
            t.rules_languages(),
            html! { @if languages.is_empty() { (t.rules_any_language()) } @else { (languages.join(", ")) } },
        ),
        (t.quality_packs(), html! { (info.packs.join(", ")) }),
        (t.rules_effort(), html! { (t.quality_minutes(info.effort_min)) }),
    ];
    if !info.cwe.is_empty() {
        pairs.push(("CWE", html! { div.line.tight { @for cwe in &info.cwe { (badge(&format!("CWE-{cwe}"), None)) } } }));
    }
    if let Some(limit) = info.threshold {
        pairs.push((t.quality_threshold(), html! { (limit) }));
    }
    html! { (card(t.rules_what(), None, &html! { div.stack.s12 { (markdown(rule_note(t, info), &Links::default())) (facts(true, &pairs)) } })) }
}

fn examples(visit: &Visit, info: &RuleInfo) -> Markup {
    let t = visit.ui.t;
    let language = info.languages.first().and_then(|language| Language::of_name(language.id()));
    let group = |label: &str, texts: &[String]| {
        html! { @for text in texts { (card_flush(label, None, &lines(label, language, text))) } }
    };
    let fixed: Vec<String> = info.examples.fixed.iter().flatten().cloned().collect();
    html! {
        (group(t.rules_invalid(), &info.examples.invalid))
        (group(t.rules_fixed(), &fixed))
        (group(t.rules_valid(), &info.examples.valid))
    }
}

pub(super) fn lines(label: &str, language: Option<Language>, text: &str) -> Markup {
    code(&Source {
        lines: &highlight(language, text),
        first: 1,
        address: None,
        marked: None,
        notes: &[],
        label,
    })
}

fn past(visit: &Visit, own: &TeamRule, versions: &[TeamRuleVersion], here: &str) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let list = html! {
        @for one in versions {
            (row(&Row {
                lead: icon(Icon::Clock),
                title: short(&one.version),
                href: &format!("{here}?version={}", one.version),
                signs: html! { @if one.version == own.version { (badge(t.rules_current(), Some(Tone::Ok))) } },
                meta: html! { span { (one.by) } span { (ui.time(one.at.to_jiff())) } },
                side: Markup::default(),
            }))
        }
    };
    let changes = html! { @if versions.len() > 1 { a.button.small href={ (here) "/changes" } { (icon(Icon::History)) (t.rules_changes()) } } };
    card_flush(t.rules_versions(), Some(&changes), &rows(&list))
}

/// The first characters of a version.
pub(super) fn short(version: &str) -> &str {
    version.get(..12).unwrap_or(version)
}
