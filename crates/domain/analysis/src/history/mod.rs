//! Every metric at every commit: measuring old ones, reading the measures over
//! time, and what changed between two commits.
//!
//! Every scan of a plan of one depot leaves a small row for its commit; a
//! back-fill makes the same rows for commits that were never scanned. What is
//! asked for along a branch follows first parents, so that each row is what the
//! branch was at that time.

pub(crate) mod backfill;
mod compare;
mod evaluate;
mod fill;
mod keep;
mod metric;
mod read;

pub(crate) use backfill::mend;
pub use backfill::{
    Backfill, BackfillId, BackfillKind, BackfillState, NewBackfill, backfills, cancel_backfill,
    start_backfill,
};
pub(crate) use compare::resolve;
pub use compare::{
    ComparedFinding, ComparedFunction, ComparedList, Comparison, FileChange, FunctionChange,
    compare_commits,
};
pub(crate) use fill::register;
pub(crate) use keep::{keep, pack, shape};
pub(crate) use metric::measures;
pub use metric::{CommitMeasures, HistoryMetric};
pub use read::{MetricPoint, MetricSeries, SeriesQuery, commit_measures, metric_series};

use base::{Error, Result};
use depots::DepotId;

use crate::plan::{PlanKind, PlanSource, ScanPlan};

/// The source of a plan that is meant; the first where none is named.
pub(crate) fn source_of(plan: &ScanPlan, depot: Option<DepotId>) -> Result<&PlanSource> {
    if plan.kind != PlanKind::Builtin {
        return Err(Error::unsupported(
            "only what the built-in analysers measure has a history, and this plan runs a script",
        ));
    }
    let mut sources = plan.sources.iter();
    let found = match depot {
        Some(depot) => sources.find(|source| source.depot == depot),
        None => sources.next(),
    };
    found.ok_or_else(|| Error::not_found("depot of the scan plan"))
}
