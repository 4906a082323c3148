//! Lists of leaks.

use std::collections::HashMap;

use base::{Granted, PageRequest, Paged, Result, Right};
use call::Call;
use depots::DepotId;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use super::{Leak, LeakState, MOST_LEAKS};
use crate::finding::{Author, IgnoreReason};
use crate::findings::severity_of;
use crate::plan::ScanPlan;
use crate::tables::{backfills, leaks as rows};

/// Which leaks are wanted; by default all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeakFilter {
    /// In this state.
    pub state: Option<LeakState>,
    /// Of this depot.
    pub depot: Option<DepotId>,
    /// Still there, or not.
    pub at_tip: Option<bool>,
}

/// How many leaks there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeakCounts {
    /// Those that ask for work.
    pub open: u64,
    /// Those of them that are still in a branch.
    pub open_at_tip: u64,
    /// Those that were revoked.
    pub revoked: u64,
    /// Those that may stay.
    pub ignored: u64,
    /// Whether of a depot as many are kept as are ever kept: there may be more.
    pub full: bool,
}

/// The leaks of a plan: the worst first, then the newest.
///
/// # Errors
/// When the database cannot be read.
pub async fn leaks<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    filter: LeakFilter,
    page: PageRequest,
) -> Result<Paged<Leak>> {
    let mut query = rows::Entity::find().filter(rows::Column::PlanId.eq(plan.id));
    if let Some(state) = filter.state {
        query = query.filter(rows::Column::State.eq(state.as_str()));
    }
    if let Some(depot) = filter.depot {
        query = query.filter(rows::Column::DepotId.eq(depot));
    }
    if let Some(at_tip) = filter.at_tip {
        query = query.filter(rows::Column::AtTip.eq(at_tip));
    }
    let connection = call.db.reader();
    let total = query.clone().count(connection).await?;
    let found = query
        .order_by_desc(rows::Column::Severity)
        .order_by_desc(rows::Column::AuthoredAt)
        .order_by_desc(rows::Column::Id)
        .offset(page.skip())
        .limit(page.size())
        .all(connection)
        .await?;
    let items = found.into_iter().map(of_row).collect::<Result<_>>()?;
    Ok(Paged { items, total, page })
}

/// How many leaks a plan has. One query.
///
/// # Errors
/// When the database cannot be read.
pub async fn leak_counts<R: Right>(call: &Call, plan: &Granted<ScanPlan, R>) -> Result<LeakCounts> {
    let groups: Vec<(DepotId, String, bool, i64)> = rows::Entity::find()
        .select_only()
        .column(rows::Column::DepotId)
        .column(rows::Column::State)
        .column(rows::Column::AtTip)
        .column_as(rows::Column::Id.count(), "number")
        .filter(rows::Column::PlanId.eq(plan.id))
        .group_by(rows::Column::DepotId)
        .group_by(rows::Column::State)
        .group_by(rows::Column::AtTip)
        .into_tuple()
        .all(call.db.reader())
        .await?;
    let mut counts = LeakCounts::default();
    let mut of_depots: HashMap<DepotId, u64> = HashMap::new();
    for (depot, state, at_tip, number) in groups {
        let number = u64::try_from(number).unwrap_or_default();
        *of_depots.entry(depot).or_default() += number;
        match state.parse()? {
            LeakState::Open => {
                counts.open += number;
                counts.open_at_tip += if at_tip { number } else { 0 };
            }
            LeakState::Revoked => counts.revoked += number,
            LeakState::Ignored => counts.ignored += number,
        }
    }
    counts.full = of_depots.values().any(|kept| *kept >= MOST_LEAKS as u64);
    Ok(counts)
}

/// What a search found that asks for work: the newest of it, at most `most`.
pub(crate) async fn found_by<C: ConnectionTrait>(
    connection: &C,
    search: &backfills::Model,
    most: u64,
) -> Result<Vec<Leak>> {
    let until = search.finished_at.unwrap_or(search.created_at);
    let found = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(search.plan_id))
        .filter(rows::Column::DepotId.eq(search.depot_id))
        .filter(rows::Column::State.eq(LeakState::Open.as_str()))
        .filter(rows::Column::FoundAt.lte(until))
        .order_by_desc(rows::Column::Id)
        .limit(most.min(u64::try_from(search.found).unwrap_or_default()))
        .all(connection)
        .await?;
    found.into_iter().map(of_row).collect()
}

/// How many leaks of a plan ask for work; `None` while the history of one of its
/// depots was never searched to its end.
pub(crate) async fn open_of<C: ConnectionTrait>(
    connection: &C,
    plan: &ScanPlan,
) -> Result<Option<u32>> {
    if plan.sources.is_empty() {
        return Ok(None);
    }
    for source in &plan.sources {
        if super::search::last_done(connection, plan.id, source.depot, None).await?.is_none() {
            return Ok(None);
        }
    }
    let depots: Vec<DepotId> = plan.sources.iter().map(|source| source.depot).collect();
    let open = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(plan.id))
        .filter(rows::Column::State.eq(LeakState::Open.as_str()))
        .filter(rows::Column::DepotId.is_in(depots))
        .count(connection)
        .await?;
    Ok(Some(u32::try_from(open).unwrap_or(u32::MAX)))
}

pub(super) fn of_row(row: rows::Model) -> Result<Leak> {
    let line = |number: i64| u32::try_from(number).unwrap_or_default();
    let reason = row.reason.as_deref().map(str::parse::<IgnoreReason>).transpose()?;
    Ok(Leak {
        id: row.id,
        plan: row.plan_id,
        depot: row.depot_id,
        rule: row.rule,
        severity: severity_of(row.severity),
        path: row.path,
        line: line(row.line),
        end_line: line(row.end_line),
        author: Author {
            name: row.author_name,
            mail: row.author_mail,
            at: row.authored_at,
            commit: row.sha,
        },
        places: serde_json::from_str(&row.places)?,
        state: row.state.parse()?,
        reason,
        note: row.note,
        by: row.decided_by,
        by_name: row.decided_by_name,
        decided_at: row.decided_at,
        found_at: row.found_at,
    })
}
