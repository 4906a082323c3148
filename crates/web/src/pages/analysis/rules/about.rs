//! What the analyser is, can do, and how good it is.

use analysis::{About, KnownAdapter, Measured};
use axum::extract::Path;
use base::Read;
use maud::{Markup, html};

use super::super::frame::trail;
use super::super::rulesets::pack_name;
use crate::{
    components::{Icon, Tone, badge, card, card_flush, facts, icon},
    i18n::{Lang, Text},
    layout::{Head, Section, head},
    request::{Answer, Place, Visit},
};

pub(super) async fn show(visit: Visit, Path(slug): Path<String>) -> Answer {
    let t = visit.ui.t;
    let project = visit.project::<Read>(&slug).await?;
    let nav = visit.nav(&project).await?;
    let about = analysis::about().await?;
    let own = analysis::own_rules(&visit.call, &project).await?.len();
    let crumbs = [(t.rules_analyser().to_owned(), String::new())];
    let top = Head {
        crumbs: trail(&visit, &nav, &slug, &crumbs),
        title: t.rules_analyser().to_owned(),
        meta: html! { span { (t.rules_analyser_about()) } },
        ..Head::default()
    };
    let body = html! {
        (head(&top))
        div.stack {
            (engine(t, &about, own))
            (accuracy(t, about.accuracy))
            (languages(t, &about))
            (adapters(t, &about.adapters))
        }
    };
    let place = Place {
        title: t.rules_analyser(),
        project: Some(&nav),
        section: Section::Analysis,
        ..Place::default()
    };
    visit.show(place, html! { div.column { (body) } }).await
}

fn engine(t: Text, about: &About, own: usize) -> Markup {
    let packs = html! {
        ul.plain { @for (pack, rules) in &about.packs {
            @if *pack == "own" { li { (pack_name(t, pack)) ": " (own) } } @else { li { (pack_name(t, pack)) ": " (rules) } }
        } }
    };
    let pairs = [
        (t.rules_engine_version(), html! { (about.engine) }),
        (
            t.rules_languages(),
            html! { (t.rules_language_count(about.languages.len(), about.counted)) },
        ),
        (t.quality_packs(), packs),
    ];
    card(t.rules_engine(), None, &facts(true, &pairs))
}

fn accuracy(t: Text, all: &[Measured]) -> Markup {
    let of = |both: &analysis::InBoth| match t.lang {
        Lang::Zh => both.zh.clone(),
        Lang::En => both.en.clone(),
    };
    card(
        t.rules_accuracy(),
        None,
        &html! {
            div.stack {
                p.small.muted { (t.rules_accuracy_about()) }
                @for one in all {
                    section.stack.s8 {
                        h3 { (of(&one.what)) }
                        p.small.muted { (of(&one.how)) " " time datetime=(one.on) { (one.on) } }
                        ul.plain { @for (name, value) in &one.figures { li { (name) ": " strong { (value) } } } }
                    }
                }
            }
        },
    )
}

fn languages(t: Text, about: &About) -> Markup {
    let list = html! {
        div.rows {
            @for one in &about.languages {
                div.row {
                    div.lead { (icon(Icon::Code)) }
                    div.title { (one.language.name()) }
                    div.meta {
                        @if one.functions { span { (t.rules_functions()) } }
                        @if one.duplicates { span { (t.rules_duplicates()) } }
                        @if one.flows { span { (t.rules_flows()) } }
                        span { (t.quality_rule_count(one.rules)) }
                    }
                    div.side {}
                }
            }
        }
    };
    card_flush(t.rules_languages(), None, &list)
}

fn adapters(t: Text, all: &[KnownAdapter]) -> Markup {
    html! {
        (card_flush(t.rules_adapters(), None, &html! {
            div.rows {
                @for one in all {
                    div.row {
                        div.lead { (icon(Icon::Terminal)) }
                        div.title {
                            @if one.website.is_empty() { (one.title) } @else { a href=(one.website) rel="noreferrer" data-row { (one.title) } }
                            (badge(if one.found { t.rules_found_here() } else { t.rules_missing_here() }, Some(if one.found { Tone::Ok } else { Tone::Calm })))
                        }
                        div.meta { span.mono { (one.name) } span { (one.languages.join(", ")) } }
                        div.side {}
                    }
                }
            }
        }))
    }
}
