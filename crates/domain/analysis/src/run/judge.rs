//! What the gate is evaluated on, and the findings that break it.

use std::collections::HashMap;

use base::Result;
use db::Tx;
use depots::DepotId;
use scanner::{Category, Severity};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use super::Work;
use super::measure::{Parts, Since};
use crate::finding::FindingState;
use crate::findings::{category_of, severity_of};
use crate::gate::{self, GateResult, Group, MOST_OFFENDING, Measures, Metric, Offending, Scope};
use crate::plan::PlanId;
use crate::scan::ScanId;
use crate::tables::{findings as rows, scan_measures};

/// Paths named at once.
const PATHS: usize = 300;
/// Minutes for what no rule knows better.
const EFFORT: u32 = 10;

/// Which findings belong to the parts.
pub(crate) struct Those {
    plan: PlanId,
    lane: String,
    since: Since,
    changed: Option<Vec<(DepotId, String)>>,
}

impl Those {
    /// Those of the last scan of a lane, where which files changed is not known.
    pub(crate) fn after(plan: PlanId, lane: &str, number: i64) -> Self {
        Self { plan, lane: lane.to_owned(), since: Since::After(number), changed: None }
    }
}

/// The measures with the findings in them, as the rows have them.
pub(super) async fn measures(work: &Work, tx: &Tx, parts: Parts) -> Result<(Measures, Those)> {
    let Parts { mut measures, since, changed } = parts;
    measures.new_after = Some(match since {
        Since::Now => work.scan.number - 1,
        Since::After(number) => number,
    });
    measures.overall.leaks = crate::leaks::open_of(&**tx, &work.plan).await?;
    let those = Those { plan: work.plan.id, lane: work.scan.lane.clone(), since, changed };
    for scope in [Scope::New, Scope::Overall, Scope::Changed] {
        let asked = scope != Scope::Changed
            || work.plan.definition.gate.conditions.iter().any(|one| one.scope == scope);
        if asked {
            count(tx, &mut measures, &those, scope).await?;
        }
    }
    Ok((measures, those))
}

/// Counts the findings of a part anew, as the rows have them.
pub(crate) async fn count(
    tx: &Tx,
    measures: &mut Measures,
    those: &Those,
    scope: Scope,
) -> Result<()> {
    let part = match scope {
        Scope::New => &mut measures.new,
        Scope::Overall => &mut measures.overall,
        Scope::Changed => &mut measures.changed,
    };
    let mut groups: HashMap<(String, String, i64), u32> = HashMap::new();
    for condition in those.conditions(scope) {
        let found: Vec<(String, String, i64, i64)> = rows::Entity::find()
            .select_only()
            .column(rows::Column::Rule)
            .column(rows::Column::Category)
            .column(rows::Column::Severity)
            .column_as(rows::Column::Id.count(), "number")
            .filter(condition)
            .group_by(rows::Column::Rule)
            .group_by(rows::Column::Category)
            .group_by(rows::Column::Severity)
            .into_tuple()
            .all(&**tx)
            .await?;
        for (rule, category, severity, number) in found {
            *groups.entry((rule, category, severity)).or_default() +=
                u32::try_from(number).unwrap_or_default();
        }
    }
    part.findings = groups
        .into_iter()
        .map(|((rule, category, severity), count)| group(rule, &category, severity, count))
        .collect();
    part.findings
        .sort_by(|a, b| (b.severity, b.count, &a.rule).cmp(&(a.severity, a.count, &b.rule)));
    if scope != Scope::Overall {
        let complex = |group: &Group| {
            Metric::ComplexFunctions.counts(&group.rule, group.category, group.severity)
        };
        part.complex_functions = Some(part.count(complex));
    }
    Ok(())
}

fn group(rule: String, category: &str, severity: i64, count: u32) -> Group {
    let effort = crate::rule(&rule).map_or(EFFORT, |rule| rule.effort_min);
    let (category, severity): (Category, Severity) = (category_of(category), severity_of(severity));
    Group { rule, category, severity, count, effort }
}

impl Those {
    /// What the findings of a part are asked for by; the parts of the answers
    /// do not overlap.
    fn conditions(&self, scope: Scope) -> Vec<Condition> {
        use rows::Column;
        let those =
            Condition::all().add(Column::PlanId.eq(self.plan)).add(Column::Lane.eq(&self.lane));
        let open = those
            .clone()
            .add(Column::State.is_in(FindingState::ACTIVE.iter().map(|state| state.as_str())));
        let fresh = [FindingState::New, FindingState::Reopened].map(FindingState::as_str);
        match (scope, &self.since, &self.changed) {
            (Scope::Overall, _, _) => vec![open],
            (Scope::New, Since::Now, _) => vec![those.add(Column::State.is_in(fresh))],
            (Scope::New, Since::After(number), _) => vec![
                open.add(
                    Condition::any()
                        .add(Column::FirstNumber.gt(*number))
                        .add(Column::State.is_in(fresh)),
                ),
            ],
            // Nothing to compare with: all of it changed.
            (Scope::Changed, _, None) => vec![open],
            (Scope::Changed, _, Some(changed)) => {
                let mut by_depot: HashMap<DepotId, Vec<&str>> = HashMap::new();
                for (depot, path) in changed {
                    by_depot.entry(*depot).or_default().push(path);
                }
                let mut all = Vec::new();
                for (depot, paths) in by_depot {
                    for some in paths.chunks(PATHS) {
                        all.push(
                            open.clone()
                                .add(Column::DepotId.eq(depot))
                                .add(Column::Path.is_in(some.iter().copied())),
                        );
                    }
                }
                all
            }
        }
    }
}

/// The findings that break the gate, the worst first. Conditions that name no
/// findings break it without any.
pub(crate) async fn offending(
    tx: &Tx,
    result: &GateResult,
    those: &Those,
) -> Result<Vec<Offending>> {
    let mut found: Vec<rows::Model> = Vec::new();
    for condition in result.broken() {
        let Some(narrow) = narrowed(&condition.metric) else { continue };
        for part in those.conditions(condition.scope) {
            let worst = rows::Entity::find()
                .filter(part)
                .filter(narrow.clone())
                .order_by_desc(rows::Column::Severity)
                .order_by_asc(rows::Column::Path)
                .order_by_asc(rows::Column::Line)
                .limit(MOST_OFFENDING as u64)
                .all(&**tx)
                .await?;
            found.extend(worst);
        }
    }
    found.sort_by(|a, b| {
        (b.severity, &a.path, a.line, a.id).cmp(&(a.severity, &b.path, b.line, b.id))
    });
    found.dedup_by_key(|row| row.id);
    found.truncate(MOST_OFFENDING);
    Ok(found
        .into_iter()
        .map(|row| Offending {
            finding: row.id,
            rule: row.rule,
            severity: severity_of(row.severity),
            path: row.path,
            line: u32::try_from(row.line).unwrap_or_default(),
            message: row.message,
        })
        .collect())
}

/// Which findings count for a metric, as the database is asked; `None` where it
/// is not about findings. Agrees with [`Metric::counts`].
fn narrowed(metric: &Metric) -> Option<Condition> {
    use gate::Quality;
    use rows::Column;
    let all = Condition::all();
    let category = |kind: Category| Column::Category.eq(kind.id());
    let above_info = || Column::Severity.gt(crate::findings::severity_number(Severity::Info));
    Some(match metric {
        Metric::Findings { at_least, category: wanted, rule } => {
            let mut all =
                all.add(Column::Severity.gte(crate::findings::severity_number(*at_least)));
            if let Some(kind) = wanted {
                all = all.add(category(*kind));
            }
            if !rule.is_empty() {
                all = all.add(Column::Rule.eq(rule));
            }
            all
        }
        Metric::Secrets => all.add(Column::Rule.gte("secrets/")).add(Column::Rule.lt("secrets0")),
        Metric::Rating { of: Quality::Reliability } => {
            all.add(category(Category::Bug)).add(above_info())
        }
        Metric::Rating { of: Quality::Security } => {
            all.add(category(Category::Security)).add(above_info())
        }
        Metric::Rating { of: Quality::Maintainability }
        | Metric::DebtMinutes
        | Metric::DebtPercent => {
            all.add(Column::Category.is_in([Category::Smell.id(), Category::Performance.id()]))
        }
        Metric::ComplexFunctions | Metric::ComplexPercent => {
            let metrics = crate::rules().ok()?.filter(|rule| rule.metric.is_some());
            all.add(Column::Rule.is_in(metrics.map(|rule| rule.id.as_str())))
        }
        _ => return None,
    })
}

/// Keeps what the gate was evaluated on, so that other conditions can be tried.
pub(super) async fn keep(tx: &Tx, scan: ScanId, measures: &Measures) -> Result<()> {
    scan_measures::Entity::delete_many()
        .filter(scan_measures::Column::ScanId.eq(scan))
        .exec(&**tx)
        .await?;
    scan_measures::ActiveModel {
        id: NotSet,
        scan_id: Set(scan),
        body: Set(serde_json::to_string(measures)?),
    }
    .insert(&**tx)
    .await?;
    Ok(())
}
