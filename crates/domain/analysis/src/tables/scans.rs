//! Scans.

use base::{Timestamp, UserId};
use jobs::JobId;
use sea_orm::entity::prelude::*;

use crate::plan::PlanId;
use crate::scan::ScanId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "scans")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: ScanId,
    pub(crate) plan_id: PlanId,
    pub(crate) number: i64,
    pub(crate) lane: String,
    pub(crate) state: String,
    /// JSON of [`Stage`](crate::Stage).
    pub(crate) stage: String,
    pub(crate) trigger_kind: String,
    pub(crate) creator_id: Option<UserId>,
    pub(crate) creator_name: String,
    /// JSON of a list of [`ScanSource`](crate::ScanSource).
    pub(crate) sources: String,
    /// JSON of a list of names and values, for scripts.
    pub(crate) variables: String,
    pub(crate) base_id: Option<ScanId>,
    pub(crate) job_id: Option<JobId>,
    pub(crate) cancel_requested: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) error: String,
    /// JSON of [`ScanResult`](crate::ScanResult).
    pub(crate) result: Option<String>,
    pub(crate) log: Option<String>,
    pub(crate) log_bytes: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
