//! Depots that have an index. The index itself lies on disk.

use base::Timestamp;
use depots::DepotId;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "search_indexes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) depot_id: DepotId,
    /// [`codesearch::VERSION`].
    pub(crate) version: i64,
    pub(crate) text_bytes: i64,
    pub(crate) index_bytes: i64,
    pub(crate) indexed_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
