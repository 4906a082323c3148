use std::sync::Arc;

use analysis::{OwnRule, RuleInfo, TeamRule};
use axum::extract::Path;
use base::{Error, Granted, Read};
use maud::{Markup, html};
use projects::Project;

use super::super::frame::trail;
use super::super::words::{category, rule_called, severity};
use crate::{
    components::{
        Button, Icon, Row, Tone, Weight, badge, card_flush, empty, icon, pager, row, rows, status,
    },
    layout::{Head, Section, head},
    request::{Answer, Asked, Place, Visit, link},
};

/// Rules on a page.
const SHOWN: usize = 60;
/// What says which page of them is meant; `page` may be that of another list.
const PAGE: &str = "rules";

/// A rule of either kind.
pub(in super::super) enum Offered {
    BuiltIn(&'static RuleInfo),
    Own(Arc<OwnRule>, bool),
}

impl Offered {
    pub(in super::super) fn info(&self) -> &RuleInfo {
        match self {
            Self::BuiltIn(info) => info,
            Self::Own(rule, _) => rule.info(),
        }
    }
}

/// The rules of the team and the built-in ones, in this order.
pub(in super::super) async fn offered(
    visit: &Visit,
    project: &Granted<Project, Read>,
) -> Result<Vec<Offered>, Error> {
    let tested: Vec<TeamRule> = analysis::own_rules(&visit.call, project).await?;
    let own = analysis::own_infos(&visit.call, project).await?;
    let tested = |id: &str| tested.iter().any(|rule| rule.name == id && rule.tested);
    let mut all: Vec<Offered> = own
        .into_iter()
        .map(|rule| {
            let tested = tested(&rule.info().id);
            Offered::Own(rule, tested)
        })
        .collect();
    all.extend(analysis::rules()?.map(Offered::BuiltIn));
    Ok(all)
}

/// The rules that fit what was asked for, as links to what they say.
pub(in super::super) fn rule_rows(
    visit: &Visit,
    slug: &str,
    all: &[Offered],
    asked: &Asked,
    address: &str,
) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let wanted = asked.one("q");
    let words = wanted.to_lowercase();
    let found: Vec<&Offered> = all
        .iter()
        .filter(|rule| {
            let rule = rule.info();
            let text = known_by(rule).to_lowercase();
            words.split_whitespace().all(|word| text.contains(word))
        })
        .collect();
    let search = html! { form method="get" action=(address) role="search" { input.input type="search" name="q" value=(wanted) placeholder=(t.quality_search_rules()) aria-label=(t.quality_search_rules()); } };
    let pages = found.len().div_ceil(SHOWN).max(1);
    let number = asked.one(PAGE).parse().unwrap_or(1).clamp(1, pages);
    let list = html! {
        @for rule in found.iter().skip((number - 1) * SHOWN).take(SHOWN) {
            @let info = rule.info();
            (row(&Row {
                lead: icon(if matches!(rule, Offered::Own(..)) { Icon::Code } else { Icon::Analysis }),
                title: &rule_called(t, info),
                href: &address_of(slug, &info.id),
                signs: html! { (status(ui, severity(info.severity))) @if matches!(rule, Offered::Own(_, false)) { (badge(t.rules_untested(), Some(Tone::Warn))) } },
                meta: html! { span.mono { (info.id) } span { (category(t, info.category)) } span { (info.packs.join(", ")) } },
                side: Markup::default(),
            }))
        }
    };
    let to = |number: usize| asked.with(PAGE, Some(&number.to_string()));
    let (before, after) = (number > 1, number < pages);
    let here = t.list_page_of(number as u64, pages as u64);
    html! {
        (card_flush(&t.quality_rule_count(found.len()), Some(&search), &rows(&list)))
        (pager(ui, before.then(|| to(number - 1)).as_deref(), &here, after.then(|| to(number + 1)).as_deref()))
    }
}

/// What a search finds a rule by: its names, languages, packs and weaknesses.
fn known_by(rule: &RuleInfo) -> String {
    let languages: Vec<&str> = rule.languages.iter().map(|language| language.name()).collect();
    let cwe: Vec<String> = rule.cwe.iter().map(|cwe| format!("CWE-{cwe}")).collect();
    let lists = [languages.join(" "), rule.packs.join(" "), rule.aliases.join(" "), cwe.join(" ")];
    format!("{} {} {} {}", rule.id, rule.title, rule.title_zh, lists.join(" "))
}

/// `/p/{project}/analysis/rules/{group}/{name}`.
pub(super) fn address_of(slug: &str, id: &str) -> String {
    let (group, name) = id.split_once('/').unwrap_or(("own", id));
    link(&["p", slug, "analysis", "rules", group, name], "")
}

pub(super) async fn show(visit: Visit, Path(slug): Path<String>, asked: Asked) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let project = visit.project::<Read>(&slug).await?;
    let nav = visit.nav(&project).await?;
    let base = link(&["p", &slug, "analysis", "rules"], "");
    let may = analysis::may_write_rules(&visit.call, project.team);
    let all = offered(&visit, &project).await?;
    let own = all.iter().any(|rule| matches!(rule, Offered::Own(..)));
    let crumbs = [(t.rules_title().to_owned(), String::new())];
    let top = Head {
        crumbs: trail(&visit, &nav, &slug, &crumbs),
        title: t.rules_title().to_owned(),
        meta: html! { span { (t.rules_about()) } },
        acts: html! {
            @if may {
                (Button::link(t.rules_import(), &format!("{base}/import")).icon(Icon::File))
                (Button::link(t.rules_new(), &format!("{base}/new")).weight(Weight::Primary).icon(Icon::Plus))
            }
        },
        ..Head::default()
    };
    let body = html! {
        (head(&top))
        div.stack {
            @if !own && may && asked.one("q").is_empty() {
                div.card { (empty(ui, Icon::Analysis, t.rules_none(), t.rules_none_about(), &Markup::default(), &[])) }
            }
            (rule_rows(&visit, &slug, &all, &asked, &base))
        }
    };
    let place = Place {
        title: t.rules_title(),
        project: Some(&nav),
        section: Section::Analysis,
        ..Place::default()
    };
    visit.show(place, html! { div.column { (body) } }).await
}
