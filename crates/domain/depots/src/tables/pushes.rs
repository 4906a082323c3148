//! The log of pushes, written before Git is started and finished after it.

use base::{Timestamp, UserId};
use sea_orm::entity::prelude::*;

use crate::DepotId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pushes")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) depot_id: DepotId,
    pub(crate) user_id: Option<UserId>,
    pub(crate) user_name: String,
    /// `receiving`, `done`, or `interrupted`.
    pub(crate) state: String,
    /// The ref updates as JSON.
    pub(crate) updates: String,
    pub(crate) started_at: Timestamp,
    pub(crate) finished_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
