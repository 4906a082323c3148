//! What was measured of commits: a small row for each.

use base::Timestamp;
use depots::DepotId;
use sea_orm::entity::prelude::*;

use crate::plan::PlanId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "commit_measures")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) plan_id: PlanId,
    pub(crate) depot_id: DepotId,
    pub(crate) sha: String,
    /// See [`shape`](crate::history::shape): the rules of the measuring.
    pub(crate) shape: String,
    /// See [`pack`](crate::history::pack).
    pub(crate) body: String,
    pub(crate) measured_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
