//! Addresses that depots had before.

use base::Timestamp;
use projects::ProjectId;
use sea_orm::entity::prelude::*;

use crate::DepotId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "depot_addresses")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) project_id: ProjectId,
    pub(crate) name: String,
    /// Where it leads.
    pub(crate) depot_id: DepotId,
    pub(crate) left_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
