//! The rows of measured commits.

use base::{Result, Timestamp};
use db::Tx;
use depots::DepotId;
use scanner::{DirectoryTotals, Engine, LineCounts, SeverityCounts, Totals};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::EntityTrait as _;
use sea_orm::sea_query::OnConflict;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use super::CommitMeasures;
use crate::plan::{Definition, PlanId};
use crate::tables::commit_measures as rows;

/// What measures depend on beside the commit: those of one shape can be compared.
pub(crate) fn shape(engine: &Engine, definition: &Definition) -> Result<String> {
    let of_plan =
        serde_json::to_vec(&(&definition.languages, &definition.paths, &definition.parameters))?;
    let mut hasher = sha2::Sha256::new();
    for part in [scanner::ENGINE_VERSION.as_bytes(), engine.ruleset_hash().as_bytes(), &of_plan] {
        hasher.update(part);
        hasher.update([0]);
    }
    let mut hash = hex::encode(hasher.finalize());
    hash.truncate(32);
    Ok(hash)
}

/// Keeps the measures of commits, instead of what was kept of them before.
pub(crate) async fn keep(
    tx: &Tx,
    (plan, depot): (PlanId, DepotId),
    shape: &str,
    now: Timestamp,
    measured: &[(String, String)],
) -> Result<()> {
    if measured.is_empty() {
        return Ok(());
    }
    let made = measured.iter().map(|(sha, body)| rows::ActiveModel {
        id: NotSet,
        plan_id: Set(plan),
        depot_id: Set(depot),
        sha: Set(sha.clone()),
        shape: Set(shape.to_owned()),
        body: Set(body.clone()),
        measured_at: Set(now),
    });
    let known = [rows::Column::PlanId, rows::Column::DepotId, rows::Column::Sha];
    rows::Entity::insert_many(made)
        .on_conflict(
            OnConflict::columns(known)
                .update_columns([rows::Column::Shape, rows::Column::Body, rows::Column::MeasuredAt])
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// The stored form: numbers without their names, because there are many.
#[derive(Serialize, Deserialize)]
struct Body {
    totals: Numbers,
    suppressed: u32,
    blocks: u32,
    complex: u32,
    worst: u32,
    directories: Vec<(String, Numbers)>,
}

/// Files; lines: all, code, comment, blank, prose; functions, cyclomatic, cognitive;
/// duplicated lines; findings: fatal, error, warning, info.
type Numbers = (u32, [u32; 5], [u64; 3], u32, [u32; 4]);

pub(crate) fn pack(measures: &CommitMeasures) -> Result<String> {
    let body = Body {
        totals: numbers(&measures.totals),
        suppressed: measures.totals.suppressed,
        blocks: measures.duplicate_blocks,
        complex: measures.complex_functions,
        worst: measures.max_cyclomatic,
        directories: measures
            .directories
            .iter()
            .map(|one| (one.path.clone(), numbers(&one.totals)))
            .collect(),
    };
    Ok(serde_json::to_string(&body)?)
}

pub(super) fn unpack(body: &str) -> Result<CommitMeasures> {
    let body: Body = serde_json::from_str(body)?;
    Ok(CommitMeasures {
        totals: Totals { suppressed: body.suppressed, ..totals(body.totals) },
        duplicate_blocks: body.blocks,
        complex_functions: body.complex,
        max_cyclomatic: body.worst,
        directories: body
            .directories
            .into_iter()
            .map(|(path, numbers)| DirectoryTotals { path, totals: totals(numbers) })
            .collect(),
    })
}

fn numbers(totals: &Totals) -> Numbers {
    let (lines, findings) = (totals.lines, totals.findings);
    (
        totals.files,
        [lines.total, lines.code, lines.comment, lines.blank, totals.prose],
        [totals.functions.into(), totals.cyclomatic, totals.cognitive],
        totals.duplicated_lines,
        [findings.fatal, findings.error, findings.warning, findings.info],
    )
}

fn totals((files, lines, functions, duplicated_lines, findings): Numbers) -> Totals {
    let [total, code, comment, blank, prose] = lines;
    let [number, cyclomatic, cognitive] = functions;
    let [fatal, error, warning, info] = findings;
    Totals {
        files,
        lines: LineCounts { total, code, comment, blank },
        prose,
        functions: u32::try_from(number).unwrap_or(u32::MAX),
        cyclomatic,
        cognitive,
        duplicated_lines,
        findings: SeverityCounts { fatal, error, warning, info },
        suppressed: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_survive_being_stored() {
        let of = |first: u32| Totals {
            files: first,
            lines: LineCounts { total: 10, code: 7, comment: 2, blank: 1 },
            prose: 1,
            functions: 3,
            cyclomatic: 1 << 40,
            cognitive: 5,
            duplicated_lines: 4,
            findings: SeverityCounts { fatal: 1, error: 2, warning: 3, info: 4 },
            suppressed: 0,
        };
        let measures = CommitMeasures {
            totals: Totals { suppressed: 9, ..of(1) },
            duplicate_blocks: 2,
            complex_functions: 3,
            max_cyclomatic: 4,
            directories: vec![DirectoryTotals { path: "a/b".to_owned(), totals: of(2) }],
        };
        let packed = pack(&measures).unwrap_or_default();
        assert_eq!(unpack(&packed).ok(), Some(measures));
    }
}
