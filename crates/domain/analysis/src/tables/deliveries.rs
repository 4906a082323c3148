//! What became of each message about a scan.

use base::Timestamp;
use sea_orm::entity::prelude::*;

use crate::history::BackfillId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "scan_deliveries")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) hook_id: i64,
    /// The scan that is told of.
    pub(crate) scan_number: Option<i64>,
    /// Or the search of a history; it is a trial where there is neither.
    pub(crate) backfill_id: Option<BackfillId>,
    pub(crate) state: String,
    pub(crate) attempts: i64,
    pub(crate) answer: String,
    pub(crate) created_at: Timestamp,
    pub(crate) finished_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
