//! The depots of a plan: fields for several, each with its branch.

use analysis::ScanPlan;
use base::{Error, Granted, Read};
use depots::{Depot, DepotId, DepotKey};
use maud::{Markup, html};

use crate::{
    components::{Field, Icon, icon},
    request::{Faults, Fields, Visit},
    ui::Ui,
};

/// The names of the fields of further depots.
const FURTHER: [(&str, &str); 7] = [
    ("depot_2", "branch_2"),
    ("depot_3", "branch_3"),
    ("depot_4", "branch_4"),
    ("depot_5", "branch_5"),
    ("depot_6", "branch_6"),
    ("depot_7", "branch_7"),
    ("depot_8", "branch_8"),
];

/// Whether the form has a place for all depots of a plan.
pub(super) fn fit(plan: &ScanPlan) -> bool {
    plan.sources.len() <= FURTHER.len() + 1
}

/// The plan's depots and branches as the fields of the form.
pub(super) fn values(plan: &ScanPlan) -> Vec<(&'static str, String)> {
    let names = std::iter::once(("depot", "branch")).chain(FURTHER);
    plan.sources
        .iter()
        .zip(names)
        .flat_map(|(source, (depot, branch))| {
            [(depot, source.depot.to_string()), (branch, source.branch.clone())]
        })
        .collect()
}

/// The first depot, and below it those that are scanned together with it.
pub(super) fn fields(ui: &Ui, depots: &[(&str, &str)], fields: &Fields, faults: &Faults) -> Markup {
    let t = ui.t;
    let mut others = vec![("", "–")];
    others.extend(depots);
    let taken = FURTHER.iter().filter(|(depot, _)| !fields.one(depot).is_empty()).count();
    let shown = (taken + 1).min(FURTHER.len());
    html! {
        div.pair {
            (Field::new(ui, "depot", t.search_depot()).choice(depots).value(fields.one("depot")).fault(faults.get("depot").or(faults.get("sources"))))
            (Field::new(ui, "branch", t.plan_branch()).value(fields.one("branch")).hint(t.plan_branch_hint()).mono().optional().fault(faults.get("branch")))
        }
        @if depots.len() > 1 {
            details.fold open[taken > 0] {
                summary { (icon(Icon::Depot)) (t.plan_further()) (icon(Icon::Down)) }
                div.form {
                    p.small.muted { (t.plan_further_hint()) }
                    @for (place, (depot, branch)) in FURTHER.iter().take(shown).enumerate() {
                        div.pair {
                            (Field::new(ui, depot, &t.plan_depot_number(place + 2)).choice(&others).value(fields.one(depot)).optional())
                            (Field::new(ui, branch, t.plan_branch()).value(fields.one(branch)).mono().optional())
                        }
                    }
                }
            }
        }
    }
}

/// What the form names, in its order.
pub(super) async fn read(
    visit: &Visit,
    fields: &Fields,
) -> Result<Vec<(Granted<Depot, Read>, String)>, Error> {
    let mut all = vec![one(visit, fields.one("depot"), fields.one("branch")).await?];
    for (depot, branch) in FURTHER {
        if !fields.one(depot).is_empty() {
            all.push(one(visit, fields.one(depot), fields.one(branch)).await?);
        }
    }
    Ok(all)
}

async fn one(
    visit: &Visit,
    depot: &str,
    branch: &str,
) -> Result<(Granted<Depot, Read>, String), Error> {
    let id: i64 = depot.parse().map_err(|_| Error::missing("depot"))?;
    let depot = depots::authorise::<Read>(&visit.call, DepotKey::Id(DepotId(id))).await?;
    let branch = match branch {
        "" => depot.default_branch.clone(),
        branch => branch.to_owned(),
    };
    Ok((depot, branch))
}
