use std::collections::BTreeSet;

use analysis::{CloneLimits, PACKS, RuleSetting, Rules, Ruleset, RulesetId, Severity};
use axum::extract::Path;
use base::{Error, Paged, Read, Write};
use maud::{Markup, html};

use super::frame::trail;
use super::rules::{offered, rule_rows};
use crate::{
    components::{
        Button, Field, Icon, Row, Tone, Weight, badge, banner, card, card_flush, checkbox, icon,
        pager, row, rows,
    },
    i18n::Text,
    layout::{Head, Section, head},
    request::{Answer, Asked, Faults, Fields, Place, Visit, link},
    response,
};

const SIZE: u64 = 50;
const NAMES: &[&str] = &["name", "description", "content", "rules"];

pub(super) async fn show(visit: Visit, Path(slug): Path<String>, asked: Asked) -> Answer {
    let fields = Fields::of(&[("pack", "recommended"), ("pack", "metrics")]);
    page(&visit, &slug, None, &fields, &Faults::default(), &asked).await
}

pub(super) async fn one(
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    asked: Asked,
) -> Answer {
    let ruleset = find(&visit, &slug, id).await?;
    let fields = fields_of(&ruleset);
    page(&visit, &slug, Some(&ruleset), &fields, &Faults::default(), &asked).await
}

async fn find(visit: &Visit, slug: &str, id: i64) -> Result<Ruleset, Error> {
    let project = visit.project::<Read>(slug).await?;
    analysis::ruleset(&visit.call, &project, RulesetId(id)).await
}

async fn page(
    visit: &Visit,
    slug: &str,
    ruleset: Option<&Ruleset>,
    fields: &Fields,
    faults: &Faults,
    asked: &Asked,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let project = visit.project::<Read>(slug).await?;
    let nav = visit.nav(&project).await?;
    let number = asked.page(SIZE);
    let all = match ruleset {
        Some(_) => None,
        None => Some(analysis::rulesets(&visit.call, &project, number).await?),
    };
    let base = link(&["p", slug, "analysis", "rulesets"], "");
    let team = analysis::may_write_rules(&visit.call, project.team);
    let own = ruleset.is_none_or(|one| one.project.is_some() || team);
    let standard = analysis::standard_ruleset(&visit.call, &project).await?;
    let title = ruleset.map_or_else(|| t.quality_rulesets().to_owned(), |one| one.name.clone());
    let mut crumbs = Vec::new();
    if ruleset.is_some() {
        crumbs.push((t.quality_rulesets().to_owned(), base.clone()));
    }
    crumbs.push((title.clone(), String::new()));
    let top = Head {
        crumbs: trail(visit, &nav, slug, &crumbs),
        title: title.clone(),
        meta: html! { span { (t.quality_rulesets_about()) } },
        acts: html! {
            @if let Some(one) = ruleset {
                (Button::link(t.quality_rulesets(), &base))
                (Button::link(t.rules_versions(), &format!("{base}/{}/versions", one.id)).icon(Icon::Clock))
            } @else {
                (Button::link(t.rules_analyser(), &link(&["p", slug, "analysis", "about"], "")))
                (Button::link(t.rules_title(), &link(&["p", slug, "analysis", "rules"], "")).icon(Icon::Code))
            }
        },
        ..Head::default()
    };
    let action = ruleset.map_or_else(|| base.clone(), |one| format!("{base}/{}", one.id));
    let content = html! {
        (head(&top))
        div.stack {
            @if let Some(all) = &all { (card_flush(t.quality_rulesets(), None, &list(visit, &base, all, standard))) }
            @if nav.manage && own {
                form.stack method="post" action=(action) {
                    (faults.banner(ui))
                    (form(visit, ruleset, fields, faults))
                    div.line { (Button::submit(if ruleset.is_some() { t.action_save() } else { t.action_create() }).weight(Weight::Primary)) }
                }
            }
            (rule_rows(visit, slug, &offered(visit, &project).await?, asked, &action))
            @if let Some(one) = ruleset { (acts(visit, one, &base, standard, (nav.manage, team))) }
        }
    };
    let place = Place {
        title: &title,
        project: Some(&nav),
        section: Section::Analysis,
        status: Some(faults.status()),
        ..Place::default()
    };
    visit.show(place, html! { div.column { (content) } }).await
}

fn list(visit: &Visit, base: &str, all: &Paged<Ruleset>, standard: Option<RulesetId>) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    if all.items.is_empty() {
        return html! { p.said { (t.quality_no_rulesets()) } };
    }
    let list = html! {
        @for one in &all.items {
            @let packs: Vec<&str> = one.content.packs.iter().map(String::as_str).collect();
            (row(&Row {
                lead: icon(Icon::Settings),
                title: &one.name,
                href: &format!("{base}/{}", one.id),
                signs: html! {
                    @if one.project.is_none() { (badge(t.quality_of_team(), None)) }
                    @if standard == Some(one.id) { (badge(t.rules_standard(), Some(Tone::Info))) }
                },
                meta: html! {
                    span { (packs.join(", ")) }
                    @if !one.content.rules.is_empty() { span { (t.rules_overrides(one.content.rules.len())) } }
                    @for adapter in &one.content.adapters { span.mono { (adapter) } }
                    span.mono { (one.hash.get(..12).unwrap_or(&one.hash)) }
                },
                side: Markup::default(),
            }))
        }
    };
    let number = all.page.number();
    let at = |number: u64| format!("{base}?page={number}");
    html! {
        (rows(&list))
        (pager(ui, (number > 1).then(|| at(number - 1)).as_deref(), &t.list_page_of(number, all.total.div_ceil(SIZE).max(1)), all.has_next().then(|| at(number + 1)).as_deref()))
    }
}

/// What can be done with a ruleset beside changing it.
fn acts(
    visit: &Visit,
    one: &Ruleset,
    base: &str,
    standard: Option<RulesetId>,
    (manage, team): (bool, bool),
) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let act = |word: &str, button: Markup| {
        html! { form method="post" action={ (base) "/" (one.id) "/" (word) } { (button) } }
    };
    let of_team = one.project.is_none();
    html! {
        @if manage {
            (card(t.rules_further(), None, &html! { div.stack.s12 {
                form.line method="post" action={ (base) "/" (one.id) "/copy" } {
                    (Field::new(ui, "name", t.rules_copy_name()).value(&format!("{}-copy", one.name)))
                    (Button::submit(t.rules_copy()))
                }
                div.line {
                    @if team && !of_team { (act("share", html! { (Button::submit(t.rules_share())) })) }
                    @if team && of_team && standard != Some(one.id) { (act("standard", html! { (Button::submit(t.rules_make_standard())) })) }
                    @if team && standard == Some(one.id) { (act("ordinary", html! { (Button::submit(t.rules_no_standard())) })) }
                    @if !of_team || team { (act("delete", html! { (Button::submit(t.action_delete()).weight(Weight::Danger).icon(Icon::Trash)) })) }
                }
                p.small.muted { (t.rules_standard_about()) }
            } }))
        }
    }
}

fn form(visit: &Visit, ruleset: Option<&Ruleset>, fields: &Fields, faults: &Faults) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let title = if ruleset.is_some() { t.plan_how() } else { t.quality_new_ruleset() };
    card(
        title,
        None,
        &html! { div.form {
            @if let Some(fault) = faults.get("content") { (banner(Tone::Bad, fault, &Markup::default())) }
            @if ruleset.is_none() {
                (Field::new(ui, "name", t.plan_name()).value(fields.one("name")).fault(faults.get("name")))
                (Field::new(ui, "description", t.project_description()).value(fields.one("description")).optional().fault(faults.get("description")))
            }
            fieldset.condition {
                legend.small.muted { (t.quality_packs()) }
                @for pack in PACKS { (checkbox("pack", pack, pack_name(t, pack), None, fields.all("pack").any(|one| one == pack))) }
            }
            fieldset.condition {
                legend.small.muted { (t.rules_adapters()) }
                div.ticks { @for name in analysis::adapter_names() { (checkbox("adapter", name, name, None, fields.all("adapter").any(|one| one == name))) } }
                p.small.muted { (t.rules_adapters_hint()) }
            }
            (Field::new(ui, "rules", t.quality_overrides()).area(6).value(fields.one("rules")).hint(t.quality_overrides_hint()).placeholder("python/eval-call off").mono().optional().fault(faults.get("rules")))
            div.pair {
                (Field::new(ui, "include", t.plan_inclusions()).area(2).value(fields.one("include")).mono().optional())
                (Field::new(ui, "exclude", t.plan_exclusions()).area(2).value(fields.one("exclude")).mono().optional())
            }
            div.pair {
                (Field::new(ui, "min_tokens", t.quality_min_tokens()).kind("number").between("30", "10000").value(fields.one("min_tokens")).optional())
                (Field::new(ui, "min_lines", t.quality_min_lines()).kind("number").between("1", "10000").value(fields.one("min_lines")).optional())
            }
        } },
    )
}

pub(super) fn pack_name(t: Text, pack: &str) -> &str {
    match pack {
        "recommended" => t.quality_pack_recommended(),
        "strict" => t.quality_pack_strict(),
        "security" => t.quality_pack_security(),
        "secrets" => t.quality_pack_secrets(),
        "metrics" => t.quality_pack_metrics(),
        "own" => t.rules_pack_own(),
        other => other,
    }
}

fn fields_of(ruleset: &Ruleset) -> Fields {
    let content = &ruleset.content;
    let rules: Vec<String> = content
        .rules
        .iter()
        .map(|(id, setting)| format!("{id} {}", analysis::in_words(setting)))
        .collect();
    let (rules, include, exclude) =
        (rules.join("\n"), content.include.join("\n"), content.exclude.join("\n"));
    let (tokens, lines) =
        (content.clones.min_tokens.to_string(), content.clones.min_lines.to_string());
    let mut values = vec![
        ("rules", rules.as_str()),
        ("include", &include),
        ("exclude", &exclude),
        ("min_tokens", &tokens),
        ("min_lines", &lines),
    ];
    values.extend(content.packs.iter().map(|pack| ("pack", pack.as_str())));
    values.extend(content.adapters.iter().map(|name| ("adapter", name.as_str())));
    Fields::of(&values)
}

/// The choice that the form says, on top of what there was.
fn content_of(fields: &Fields, before: &Rules) -> Result<Rules, Error> {
    let lines = |name: &str| -> Vec<String> {
        let lines = fields.one(name).lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    };
    let number = |name: &'static str, usual: u32| match fields.one(name) {
        "" => Ok(usual),
        text => text.parse::<u32>().map_err(|_| Error::invalid(name, "must be a number")),
    };
    let usual = CloneLimits::default();
    let mut rules = std::collections::BTreeMap::new();
    for line in lines("rules") {
        let (id, setting) = setting_of(&line).ok_or_else(|| {
            Error::invalid("rules", format!("has a line that says nothing known: {line}"))
        })?;
        rules.insert(id, setting);
    }
    Ok(Rules {
        packs: fields.all("pack").map(str::to_owned).collect(),
        adapters: fields.all("adapter").map(str::to_owned).collect::<BTreeSet<_>>(),
        rules,
        include: lines("include"),
        exclude: lines("exclude"),
        clones: CloneLimits {
            min_tokens: number("min_tokens", usual.min_tokens)?.max(30),
            min_lines: number("min_lines", usual.min_lines)?.max(1),
        },
        ..before.clone()
    })
}

/// `id off`, `id on`, `id error`, `id 20`, and several of these.
fn setting_of(line: &str) -> Option<(String, RuleSetting)> {
    let mut words = line.split_whitespace();
    let id = words.next()?.to_owned();
    let mut setting = RuleSetting::default();
    for word in words {
        match word {
            "on" => setting.enabled = Some(true),
            "off" => setting.enabled = Some(false),
            word => match (Severity::of_id(word), word.parse::<u32>()) {
                (Some(severity), _) => setting.severity = Some(severity),
                (None, Ok(most)) => setting.threshold = Some(most),
                (None, Err(_)) => return None,
            },
        }
    }
    (setting != RuleSetting::default()).then_some((id, setting))
}

pub(super) async fn create(visit: Visit, Path(slug): Path<String>, fields: Fields) -> Answer {
    let project = visit.project::<Write>(&slug).await?;
    let made = async {
        let content = content_of(&fields, &Rules::default())?;
        let (name, about) = (fields.one("name"), fields.one("description"));
        analysis::create_ruleset(&visit.call, &project, name, about, &content).await
    };
    match made.await {
        Ok(one) => {
            let id = one.id.to_string();
            Ok(response::see_other(&link(&["p", &slug, "analysis", "rulesets", &id], "")))
        }
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, NAMES)?;
            page(&visit, &slug, None, &fields, &faults, &Asked::default()).await
        }
    }
}

pub(super) async fn save(
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    fields: Fields,
) -> Answer {
    let project = visit.project::<Write>(&slug).await?;
    let ruleset = find(&visit, &slug, id).await?;
    let saved = async {
        let content = content_of(&fields, &ruleset.content)?;
        analysis::modify_ruleset(&visit.call, &project, ruleset.id, &content).await
    };
    match saved.await {
        Ok(_) => Ok(response::see_other(&link(
            &["p", &slug, "analysis", "rulesets", &id.to_string()],
            "",
        ))),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, NAMES)?;
            page(&visit, &slug, Some(&ruleset), &fields, &faults, &Asked::default()).await
        }
    }
}

pub(super) async fn delete(visit: Visit, Path((slug, id)): Path<(String, i64)>) -> Answer {
    let project = visit.project::<Write>(&slug).await?;
    analysis::delete_ruleset(&visit.call, &project, RulesetId(id)).await?;
    Ok(response::see_other(&link(&["p", &slug, "analysis", "rulesets"], "")))
}

pub(super) async fn act(
    visit: Visit,
    Path((slug, id, what)): Path<(String, i64, String)>,
    fields: Fields,
) -> Answer {
    let project = visit.project::<Write>(&slug).await?;
    let (call, id) = (&visit.call, RulesetId(id));
    let to = |id: RulesetId| link(&["p", &slug, "analysis", "rulesets", &id.to_string()], "");
    let readable = project.clone().lower::<Read>();
    match what.as_str() {
        "copy" => {
            let name = fields.one("name");
            return match analysis::copy_ruleset(call, &project, id, name).await {
                Ok(copy) => Ok(response::see_other(&to(copy.id))),
                Err(error) => {
                    let faults = Faults::of(&visit.ui, error, &[])?;
                    let ruleset = find(&visit, &slug, id.0).await?;
                    let shown = fields_of(&ruleset);
                    page(&visit, &slug, Some(&ruleset), &shown, &faults, &Asked::default()).await
                }
            };
        }
        "share" => analysis::share_ruleset(call, &project, id).await?,
        "standard" => analysis::set_standard(call, &readable, Some(id)).await?,
        "ordinary" => analysis::set_standard(call, &readable, None).await?,
        _ => return Err(Error::not_found("page").into()),
    }
    Ok(response::see_other(&to(id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_what_is_other() {
        let (id, setting) = setting_of("metrics/long warning 80").unwrap();
        assert_eq!((id.as_str(), setting.severity), ("metrics/long", Some(Severity::Warning)));
        assert_eq!((setting.threshold, setting.enabled), (Some(80), None));
        assert_eq!(setting_of("a off").unwrap().1.enabled, Some(false));
        assert!(setting_of("a").is_none() && setting_of("a maybe").is_none());
    }
}
