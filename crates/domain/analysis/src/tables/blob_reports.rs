//! Reports of blobs, shared by all depots.

use base::Timestamp;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "blob_reports")]
pub(crate) struct Model {
    /// See [`key`](crate::run::cache::key).
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) key: Vec<u8>,
    /// The scanner's encoded report.
    pub(crate) report: Vec<u8>,
    /// When a scan last asked for it, to within a week.
    pub(crate) used_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
