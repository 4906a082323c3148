//! What is known of depots, for lists of them.

use std::collections::{BTreeSet, HashMap};

use base::{Result, Timestamp};
use call::Call;
use depots::DepotId;
use projects::ProjectFilter;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _, sea_query::Expr,
    sea_query::ExprTrait as _,
};

use crate::plan::{PlanId, ScanPlan};
use crate::scan::Scan;
use crate::tables::{plan_sources, plans as rows, scans};

/// What is known of a depot.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DepotActivity {
    /// Its plans, the oldest first.
    pub plans: Vec<PlanId>,
    /// The branches that they scan.
    pub branches: BTreeSet<String>,
    /// How many different choices of rules they use.
    pub rulesets: u32,
    /// How many scans of it there have been.
    pub scans: u32,
    /// The plan with the most recent result, that scan, and when it ended.
    pub latest: Option<(ScanPlan, Scan, Timestamp)>,
}

/// What is known of each of the depots, as far as it comes from plans that the
/// caller may see. Four queries for any number of depots.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in.
pub async fn activity(call: &Call, ids: &[DepotId]) -> Result<HashMap<DepotId, DepotActivity>> {
    let mut known: HashMap<DepotId, DepotActivity> =
        ids.iter().map(|id| (*id, DepotActivity::default())).collect();
    if ids.is_empty() {
        return Ok(known);
    }
    let connection = call.db.reader();
    let scanning = sea_orm::sea_query::Query::select()
        .column(plan_sources::Column::PlanId)
        .from(plan_sources::Entity)
        .and_where(Expr::col(plan_sources::Column::DepotId).is_in(ids.iter().copied()))
        .to_owned();
    // Plans of other projects may scan a depot that is shared.
    let visible = projects::visible_ids(call, &ProjectFilter::default())?;
    let found = rows::Entity::find()
        .filter(Expr::col(rows::Column::Id).in_subquery(scanning))
        .filter(Expr::col(rows::Column::ProjectId).in_subquery(visible.into_select()))
        .all(connection)
        .await?;
    let mut plans = crate::plans::with_sources(connection, found).await?;
    plans.sort_by_key(|plan| plan.id);
    let numbers: Vec<(PlanId, i64)> = scans::Entity::find()
        .select_only()
        .column(scans::Column::PlanId)
        .column_as(scans::Column::Id.count(), "number")
        .filter(scans::Column::PlanId.is_in(plans.iter().map(|plan| plan.id)))
        .group_by(scans::Column::PlanId)
        .into_tuple()
        .all(connection)
        .await?;
    let numbers: HashMap<PlanId, i64> = numbers.into_iter().collect();
    let results = crate::scans::latest_results(call, &plans).await?;
    let mut rulesets: HashMap<DepotId, BTreeSet<Option<i64>>> = HashMap::new();
    for plan in &plans {
        for source in &plan.sources {
            let Some(activity) = known.get_mut(&source.depot) else { continue };
            activity.plans.push(plan.id);
            activity.branches.insert(source.branch.clone());
            let scans = numbers.get(&plan.id).copied().unwrap_or_default();
            activity.scans += u32::try_from(scans).unwrap_or_default();
            rulesets.entry(source.depot).or_default().insert(plan.ruleset.map(|id| id.0));
            if let Some(scan) = results.get(&plan.id) {
                let at = scan.finished_at.unwrap_or(scan.created_at);
                if activity.latest.as_ref().is_none_or(|(_, _, before)| *before <= at) {
                    activity.latest = Some((plan.clone(), scan.clone(), at));
                }
            }
        }
    }
    for (depot, choices) in rulesets {
        if let Some(activity) = known.get_mut(&depot) {
            activity.rulesets = u32::try_from(choices.len()).unwrap_or_default();
        }
    }
    Ok(known)
}
