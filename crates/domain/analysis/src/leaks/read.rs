//! Lists of leaks.

use base::{Granted, PageRequest, Paged, Result, Right};
use call::Call;
use depots::DepotId;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::{Leak, LeakState};
use crate::finding::{Author, IgnoreReason};
use crate::findings::severity_of;
use crate::plan::ScanPlan;
use crate::tables::leaks as rows;

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
    let groups: Vec<(String, bool, i64)> = rows::Entity::find()
        .select_only()
        .column(rows::Column::State)
        .column(rows::Column::AtTip)
        .column_as(rows::Column::Id.count(), "number")
        .filter(rows::Column::PlanId.eq(plan.id))
        .group_by(rows::Column::State)
        .group_by(rows::Column::AtTip)
        .into_tuple()
        .all(call.db.reader())
        .await?;
    let mut counts = LeakCounts::default();
    for (state, at_tip, number) in groups {
        let number = u64::try_from(number).unwrap_or_default();
        match state.parse()? {
            LeakState::Open => {
                counts.open += number;
                counts.open_at_tip += if at_tip { number } else { 0 };
            }
            LeakState::Revoked => counts.revoked += number,
            LeakState::Ignored => counts.ignored += number,
        }
    }
    Ok(counts)
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
