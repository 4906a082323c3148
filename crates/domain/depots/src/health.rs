//! How a depot's repository is: when it was last checked and looked after, and
//! what came of it.

use base::{Administer, Granted, PageRequest, Result, Timestamp};
use call::{Call, Env};
use jobs::{Job, JobFilter, JobState};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait as _;
use sea_orm::sea_query::OnConflict;

use crate::check::Check;
use crate::push::tidy::Tidy;
use crate::tables::depots;
use crate::tables::health::{ActiveModel, Column, Entity};
use crate::{Depot, DepotId};

/// How a depot's repository is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// The last check of every object by `git fsck`.
    pub check: Care,
    /// The last maintenance: joining packs, writing bitmaps and the commit
    /// graph, removing what nobody needs.
    pub tidy: Care,
}

/// Something that is done for a repository now and then.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Care {
    /// When it was last done; nothing for never.
    pub at: Option<Timestamp>,
    /// What was found or went wrong then, in Git's words; empty for nothing.
    pub complaint: String,
    /// Whether it is being done, or will be soon.
    pub pending: bool,
}

/// How a depot's repository is.
///
/// # Errors
/// When the database cannot be read.
pub async fn of(call: &Call, depot: &Granted<Depot, Administer>) -> Result<Health> {
    let row = Entity::find_by_id(depot.id).one(call.db.reader()).await?;
    let mut health = Health::default();
    if let Some(row) = row {
        health.check = Care { at: row.checked_at, complaint: row.complaint, pending: false };
        health.tidy = Care { at: row.tidied_at, complaint: row.tidy_error, pending: false };
    }
    health.check.pending = is_pending::<Check>(call, depot).await?;
    health.tidy.pending = is_pending::<Tidy>(call, depot).await?;
    Ok(health)
}

async fn is_pending<J: Job>(call: &Call, depot: &Depot) -> Result<bool> {
    let filter = JobFilter {
        kind: Some(J::KIND.to_owned()),
        subject: Some(format!("depot:{}", depot.id)),
        ..Default::default()
    };
    let found = call.jobs.list(&call.db, &filter, PageRequest::first(1)).await?;
    Ok(found
        .items
        .first()
        .is_some_and(|job| matches!(job.state, JobState::Queued | JobState::Running)))
}

/// Writes down what a check has found.
pub(crate) async fn checked(env: &Env, depot: DepotId, complaint: &str) -> Result<()> {
    let row = ActiveModel {
        checked_at: Set(Some(env.clock.now())),
        complaint: Set(complaint.to_owned()),
        ..fresh(depot)
    };
    write(env, depot, row, [Column::CheckedAt, Column::Complaint]).await
}

/// Writes down how maintenance went.
pub(crate) async fn tidied(env: &Env, depot: DepotId, error: &str) -> Result<()> {
    let row = ActiveModel {
        tidied_at: Set(Some(env.clock.now())),
        tidy_error: Set(error.to_owned()),
        ..fresh(depot)
    };
    write(env, depot, row, [Column::TidiedAt, Column::TidyError]).await
}

fn fresh(depot: DepotId) -> ActiveModel {
    ActiveModel {
        depot_id: Set(depot),
        checked_at: Set(None),
        complaint: Set(String::new()),
        tidied_at: Set(None),
        tidy_error: Set(String::new()),
    }
}

async fn write(env: &Env, depot: DepotId, row: ActiveModel, columns: [Column; 2]) -> Result<()> {
    let tx = env.db.begin().await?;
    if depots::Entity::find_by_id(depot).one(&*tx).await?.is_none() {
        // Deleted meanwhile.
        return Ok(());
    }
    Entity::insert(row)
        .on_conflict(OnConflict::column(Column::DepotId).update_columns(columns).to_owned())
        .exec_without_returning(&*tx)
        .await?;
    tx.commit().await
}
