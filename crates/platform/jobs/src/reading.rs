//! Looking at jobs.

use base::{Error, PageRequest, Paged, Result, Timestamp};
use db::Db;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use crate::entity::{Column, Entity, Model};
use crate::{JobId, JobState, Jobs};

/// A job as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct JobInfo {
    /// Its id.
    pub id: JobId,
    /// See [`Job::KIND`](crate::Job::KIND).
    pub kind: String,
    /// See [`Job::QUEUE`](crate::Job::QUEUE).
    pub queue: String,
    /// What it is about; may be empty.
    pub label: String,
    /// What it belongs to.
    pub subject: Option<String>,
    /// Where it stands.
    pub state: JobState,
    /// Higher goes first.
    pub priority: i64,
    /// How often it has been started.
    pub attempt: u32,
    /// How often it may be started.
    pub attempts: u32,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// Not before this moment.
    pub run_at: Timestamp,
    /// When the last attempt began.
    pub started_at: Option<Timestamp>,
    /// When it ended for good.
    pub finished_at: Option<Timestamp>,
    /// How far it has come.
    pub progress: Progress,
    /// Why the last attempt failed; for the operator.
    pub error: Option<String>,
    /// The parameters.
    pub payload: serde_json::Value,
}

/// How far a job has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// So many of `total` are done.
    pub done: u64,
    /// 0 when it is not known.
    pub total: u64,
    /// What is being done.
    pub message: String,
}

/// Which jobs are wanted; nothing given means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Of this kind.
    pub kind: Option<String>,
    /// In one of these states; empty means any.
    pub states: Vec<JobState>,
    /// Belonging to this.
    pub subject: Option<String>,
}

impl Jobs {
    /// One job.
    ///
    /// # Errors
    /// `NotFound`, also once it has been pruned.
    pub async fn get(&self, db: &Db, id: JobId) -> Result<JobInfo> {
        Entity::find_by_id(id)
            .one(db.reader())
            .await?
            .ok_or_else(|| Error::not_found("job"))?
            .try_into()
    }

    /// Jobs, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list(
        &self,
        db: &Db,
        filter: &JobFilter,
        page: PageRequest,
    ) -> Result<Paged<JobInfo>> {
        let mut select = Entity::find();
        if let Some(kind) = &filter.kind {
            select = select.filter(Column::Kind.eq(kind));
        }
        if !filter.states.is_empty() {
            let states = filter.states.iter().map(|state| state.as_str());
            select = select.filter(Column::State.is_in(states));
        }
        if let Some(subject) = &filter.subject {
            select = select.filter(Column::Subject.eq(subject));
        }
        let total = select.clone().count(db.reader()).await?;
        let rows = select
            .order_by_desc(Column::Id)
            .offset(page.skip())
            .limit(page.size())
            .all(db.reader())
            .await?;
        let items = rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?;
        Ok(Paged { items, total, page })
    }
}

fn count(value: i64) -> u32 {
    u32::try_from(value).unwrap_or_default()
}

impl TryFrom<Model> for JobInfo {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self> {
        Ok(Self {
            id: row.id,
            state: row.state.parse()?,
            payload: serde_json::from_str(&row.payload)?,
            kind: row.kind,
            queue: row.queue,
            label: row.label,
            subject: row.subject,
            priority: row.priority,
            attempt: count(row.attempt),
            attempts: count(row.attempts),
            created_at: row.created_at,
            run_at: row.run_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            progress: Progress {
                done: u64::try_from(row.progress_done).unwrap_or_default(),
                total: u64::try_from(row.progress_total).unwrap_or_default(),
                message: row.progress_message,
            },
            error: row.error,
        })
    }
}
