use analysis::{
    Definition, NewPlan, PathFilters, PlanChange, Ruleset, RulesetId, ScanPlan, Severity,
    StartOptions, Trigger,
    gate::{Comparison, Condition, Gate, Metric, Scope},
};
use axum::extract::Path;
use base::{Error, Granted, PageRequest, Read, Write};
use depots::{Depot, DepotFilter};
use maud::{Markup, html};
use projects::Project;

use super::{
    frame::{at, trail},
    plan_sources, plan_starts,
    words::number,
};
use crate::{
    components::{Button, Field, Icon, Weight, card, empty, sheet, switch},
    layout::{self, Head, Section, head},
    request::{Answer, Asked, Faults, Fields, Place, Visit, link},
    response,
};

/// Rulesets to choose from.
const MOST_RULESETS: u64 = 200;
const NAMES: &[&str] = &[
    "name",
    "description",
    "depot",
    "branch",
    "sources",
    "inclusions",
    "exclusions",
    "gate_duplication",
    "gate_errors",
    plan_starts::NAMES[0],
    plan_starts::NAMES[1],
    plan_starts::NAMES[2],
    plan_starts::NAMES[3],
];

pub(super) async fn show_new(visit: Visit, Path(slug): Path<String>, asked: Asked) -> Answer {
    let project = visit.project::<Read>(&slug).await?;
    let standard = analysis::standard_ruleset(&visit.call, &project).await?;
    let standard = standard.map(|id| id.to_string()).unwrap_or_default();
    let fields = Fields::of(&[
        ("ruleset", &standard),
        ("depot", asked.one("depot")),
        ("push", "on"),
        ("gate", "on"),
        ("gate_errors", "0"),
        ("now", "on"),
    ]);
    form_new(&visit, &slug, &fields, &Faults::default()).await
}

async fn form_new(visit: &Visit, slug: &str, fields: &Fields, faults: &Faults) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let project = visit.project::<Write>(slug).await?;
    let nav = visit.nav(&project).await?;
    let back = link(&["p", slug, "analysis"], "");
    let top = Head {
        crumbs: trail(visit, &nav, slug, &[(t.nav_create_plan().to_owned(), String::new())]),
        title: t.nav_create_plan().to_owned(),
        meta: html! { span { (t.plan_about()) } },
        ..Head::default()
    };
    let depots = depots_of(visit, &project).await?;
    let content = if depots.is_empty() {
        let href = link(&["p", slug, "depots", "new"], "");
        let create = Button::link(t.nav_create_depot(), &href).weight(Weight::Primary);
        sheet(&empty(
            ui,
            Icon::Depot,
            t.depots_empty_title(),
            t.plan_needs_depot(),
            &html! { (create) },
            &[],
        ))
    } else {
        html! { form.stack method="post" {
            (faults.banner(ui))
            (body(visit, &project.clone().lower(), &depots, fields, faults).await?)
            div.card { div.body { (switch("now", t.plan_now(), None, fields.on("now"))) } }
            div.line { (Button::submit(t.action_create()).weight(Weight::Primary)) (Button::link(t.action_cancel(), &back).weight(Weight::Quiet)) }
        } }
    };
    page(visit, &nav, t.nav_create_plan(), faults, &html! { (head(&top)) (content) }).await
}

async fn page(
    visit: &Visit,
    nav: &layout::Project,
    title: &str,
    faults: &Faults,
    body: &Markup,
) -> Answer {
    let place = Place {
        title,
        project: Some(nav),
        section: Section::Analysis,
        status: Some(faults.status()),
        ..Place::default()
    };
    visit.show(place, html! { div.column { (body) } }).await
}

async fn depots_of(visit: &Visit, project: &Granted<Project, Write>) -> Result<Vec<Depot>, Error> {
    let filter = DepotFilter { project: Some(project.id), ..DepotFilter::default() };
    Ok(depots::list(&visit.call, &filter, PageRequest::first(500)).await?.items)
}

/// Those to choose from: the first by name, and the one that is chosen.
async fn rulesets(
    visit: &Visit,
    project: &Granted<Project, Read>,
    chosen: &str,
) -> Result<Vec<Ruleset>, Error> {
    let page = PageRequest::first(MOST_RULESETS);
    let mut found = analysis::rulesets(&visit.call, project, page).await?.items;
    if let Ok(id) = chosen.parse().map(RulesetId)
        && found.iter().all(|one| one.id != id)
        && let Ok(one) = analysis::ruleset(&visit.call, project, id).await
    {
        found.push(one);
    }
    Ok(found)
}

/// The fields that making and changing a plan share.
async fn body(
    visit: &Visit,
    project: &Granted<Project, Read>,
    depots: &[Depot],
    fields: &Fields,
    faults: &Faults,
) -> Result<Markup, Error> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let ids: Vec<String> = depots.iter().map(|depot| depot.id.to_string()).collect();
    let depots: Vec<(&str, &str)> = ids
        .iter()
        .map(String::as_str)
        .zip(depots.iter().map(|depot| depot.name.as_str()))
        .collect();
    let rulesets = rulesets(visit, project, fields.one("ruleset")).await?;
    let ids: Vec<String> = rulesets.iter().map(|one| one.id.to_string()).collect();
    let mut choices = vec![("", t.ruleset_builtin())];
    choices
        .extend(ids.iter().map(String::as_str).zip(rulesets.iter().map(|one| one.name.as_str())));
    Ok(html! {
        (card(t.plan_what(), None, &html! { div.form {
            (Field::new(ui, "name", t.plan_name()).value(fields.one("name")).first().fault(faults.get("name")))
            (plan_sources::fields(ui, &depots, fields, faults))
            (Field::new(ui, "description", t.project_description()).value(fields.one("description")).optional().fault(faults.get("description")))
        } }))
        (card(t.plan_how(), None, &html! { div.form {
            (Field::new(ui, "ruleset", t.plan_ruleset()).choice(&choices).value(fields.one("ruleset")).optional())
            (Field::new(ui, "inclusions", t.plan_inclusions()).value(fields.one("inclusions")).area(2).hint(t.plan_globs()).placeholder("src/**").mono().optional().fault(faults.get("inclusions")))
            (Field::new(ui, "exclusions", t.plan_exclusions()).value(fields.one("exclusions")).area(2).placeholder("**/generated/**").mono().optional().fault(faults.get("exclusions")))
        } }))
        (plan_starts::card_of(visit, fields, faults))
        (card(t.gate_title(), None, &html! { div.form {
            (switch("gate", t.gate_on(), Some(t.gate_hint()), fields.on("gate")))
            div.pair {
                (Field::new(ui, "gate_errors", t.gate_errors()).kind("number").value(fields.one("gate_errors")).between("0", "100000").optional().fault(faults.get("gate_errors")))
                (Field::new(ui, "gate_duplication", t.gate_most_duplication()).kind("number").value(fields.one("gate_duplication")).between("0", "100").optional().fault(faults.get("gate_duplication")))
            }
        } }))
    })
}

/// What the form says of how to scan, on top of what the plan had.
fn definition(fields: &Fields, before: Definition) -> Result<Definition, Error> {
    let lines = |name: &str| -> Vec<String> {
        fields
            .one(name)
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let mut conditions: Vec<Condition> =
        before.gate.conditions.iter().filter(|one| !asked_for(one)).cloned().collect();
    let limit = |name: &'static str| -> Result<Option<f64>, Error> {
        match fields.one(name) {
            "" => Ok(None),
            text => text
                .parse::<f64>()
                .ok()
                .filter(|n| n.is_finite() && *n >= 0.0)
                .map(Some)
                .ok_or_else(|| Error::invalid(name, "must be a number")),
        }
    };
    if let Some(threshold) = limit("gate_errors")? {
        conditions.push(Condition {
            metric: Metric::findings(Severity::Error),
            scope: Scope::New,
            comparison: Comparison::AtMost,
            threshold,
        });
    }
    if let Some(threshold) = limit("gate_duplication")? {
        conditions.push(Condition {
            metric: Metric::DuplicationPercent,
            scope: Scope::Overall,
            comparison: Comparison::AtMost,
            threshold,
        });
    }
    let starts = plan_starts::definition(fields, before);
    Ok(Definition {
        paths: PathFilters {
            inclusions: lines("inclusions"),
            exclusions: lines("exclusions"),
            ..starts.paths.clone()
        },
        gate: Gate { enabled: fields.on("gate"), conditions, ..starts.gate },
        ..starts
    })
}

/// Whether the form has a field for the condition.
fn asked_for(condition: &Condition) -> bool {
    condition.comparison == Comparison::AtMost
        && match condition.scope {
            Scope::New => condition.metric == Metric::findings(Severity::Error),
            Scope::Overall => condition.metric == Metric::DuplicationPercent,
            Scope::Changed => false,
        }
}

fn ruleset(fields: &Fields) -> Option<RulesetId> {
    fields.one("ruleset").parse().ok().map(RulesetId)
}

pub(super) async fn create(visit: Visit, Path(slug): Path<String>, fields: Fields) -> Answer {
    let project = visit.project::<Write>(&slug).await?;
    let made = async {
        let sources = plan_sources::read(&visit, &fields).await?;
        let (depot, branch) = sources.first().cloned().ok_or_else(|| Error::missing("depot"))?;
        let new = NewPlan {
            description: fields.one("description").to_owned(),
            ruleset: ruleset(&fields),
            definition: definition(
                &fields,
                Definition {
                    gate: Gate { conditions: vec![], ..Gate::default() },
                    ..Definition::default()
                },
            )?,
            origin: "page".to_owned(),
            sources,
            ..NewPlan::named(fields.one("name"), depot, &branch)
        };
        analysis::create_plan(&visit.call, &project, new).await
    };
    match made.await {
        Ok(plan) => {
            let base = link(&["p", &slug, "analysis", &plan.id.to_string()], "");
            if fields.on("now") {
                let at = at::<Write>(&visit, &slug, &plan.id.to_string()).await?;
                // The plan is there; whether a scan could start is told on its page.
                if let Err(error) =
                    analysis::start(&visit.call, &at.plan, StartOptions::of(Trigger::Manual)).await
                {
                    tracing::info!(?error, plan = plan.id.0, "the first scan did not start");
                }
            }
            Ok(response::see_other(&base))
        }
        Err(error) => form_new(&visit, &slug, &fields, &Faults::of(&visit.ui, error, NAMES)?).await,
    }
}

/// The plan as the fields of the form.
fn fields_of(plan: &ScanPlan) -> Fields {
    let (sources, starts) =
        (plan_sources::values(plan), plan_starts::values(&plan.definition.triggers));
    let ruleset = plan.ruleset.map(|id| id.to_string()).unwrap_or_default();
    let definition = &plan.definition;
    let threshold = |wanted: &dyn Fn(&Condition) -> bool| {
        definition
            .gate
            .conditions
            .iter()
            .find(|one| wanted(one))
            .map(|one| number(one.threshold))
            .unwrap_or_default()
    };
    let errors = threshold(&|one| asked_for(one) && matches!(one.metric, Metric::Findings { .. }));
    let duplication = threshold(&|one| asked_for(one) && one.metric == Metric::DuplicationPercent);
    let (inclusions, exclusions) =
        (definition.paths.inclusions.join("\n"), definition.paths.exclusions.join("\n"));
    let mut values = vec![
        ("name", plan.name.as_str()),
        ("description", &plan.description),
        ("ruleset", &ruleset),
        ("inclusions", &inclusions),
        ("exclusions", &exclusions),
        ("gate_errors", &errors),
        ("gate_duplication", &duplication),
    ];
    // An empty value is none: a switch that is there is on.
    let both = sources.iter().chain(&starts).filter(|(_, value)| !value.is_empty());
    values.extend(both.map(|(name, value)| (*name, value.as_str())));
    let switches = [
        ("gate", definition.gate.enabled),
        ("enabled", plan.enabled),
        ("history_secrets", definition.history_secrets),
    ];
    for (name, on) in switches {
        if on {
            values.push((name, "on"));
        }
    }
    Fields::of(&values)
}

pub(super) async fn show(visit: Visit, Path((project, plan)): Path<(String, String)>) -> Answer {
    let fields = fields_of(&at::<Write>(&visit, &project, &plan).await?.plan);
    form(&visit, &project, &plan, &fields, &Faults::default()).await
}

async fn form(visit: &Visit, slug: &str, plan: &str, fields: &Fields, faults: &Faults) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let at = at::<Write>(visit, slug, plan).await?;
    let project = visit.project::<Write>(slug).await?;
    let mut depots = depots_of(visit, &project).await?;
    // What it scans already may be in another project, or beyond the list.
    for known in at.depots.values() {
        if depots.iter().all(|depot| depot.id != known.id) {
            depots.push(known.clone());
        }
    }
    let base = at.base();
    let top = Head {
        crumbs: at.crumbs(visit, &[(t.nav_settings().to_owned(), String::new())]),
        title: t.nav_settings().to_owned(),
        ..Head::default()
    };
    let delete = html! {
        form.form method="post" action={ (base) "/settings/delete" } {
            p { (t.plan_delete_about()) }
            (Field::new(ui, "confirm", &t.confirm_by_name(&at.plan.name)).fault(faults.get("confirm")))
            div.acts { (Button::submit(t.plan_delete()).weight(Weight::Danger).icon(Icon::Trash)) }
        }
    };
    let content = html! {
        (head(&top))
        div.stack {
            form.stack method="post" action={ (base) "/settings" } {
                (faults.banner(ui))
                (body(visit, &at.project, &depots, fields, faults).await?)
                div.card { div.body { (switch("enabled", t.plan_enabled(), Some(t.plan_enabled_hint()), fields.on("enabled"))) } }
                div.line { (Button::submit(t.action_save()).weight(Weight::Primary)) (Button::link(t.action_cancel(), &base).weight(Weight::Quiet)) }
            }
            section.card.danger { header { h2 { (t.plan_delete()) } } div.body { (delete) } }
        }
    };
    page(visit, &at.nav, t.nav_settings(), faults, &content).await
}

pub(super) async fn save(
    visit: Visit,
    Path((project, plan)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let at = at::<Write>(&visit, &project, &plan).await?;
    let changed = async {
        let definition = definition(&fields, at.plan.definition.clone())?;
        // A plan of more depots than the form has room for keeps those it has.
        let sources = if plan_sources::fit(&at.plan) {
            Some(plan_sources::read(&visit, &fields).await?)
        } else {
            None
        };
        let change = PlanChange {
            name: Some(fields.one("name").to_owned()),
            description: Some(fields.one("description").to_owned()),
            sources,
            ruleset: Some(ruleset(&fields)),
            definition: Some(definition),
            enabled: Some(fields.on("enabled")),
            ..PlanChange::default()
        };
        analysis::modify_plan(&visit.call, &at.plan, change).await
    };
    match changed.await {
        Ok(_) => Ok(response::see_other(&at.base())),
        Err(error) => {
            form(&visit, &project, &plan, &fields, &Faults::of(&visit.ui, error, NAMES)?).await
        }
    }
}

pub(super) async fn delete(
    visit: Visit,
    Path((project, plan)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let at = at::<Write>(&visit, &project, &plan).await?;
    if fields.one("confirm") != at.plan.name {
        let faults = Faults::field("confirm", visit.ui.t.confirm_differs());
        return form(&visit, &project, &plan, &fields_of(&at.plan), &faults).await;
    }
    analysis::delete_plan(&visit.call, at.plan).await?;
    Ok(response::see_other(&link(&["p", &project, "analysis"], "")))
}
