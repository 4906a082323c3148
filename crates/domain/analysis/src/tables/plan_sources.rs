//! The depots and branches of plans.

use depots::DepotId;
use sea_orm::entity::prelude::*;

use crate::plan::PlanId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "scan_plan_sources")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) plan_id: PlanId,
    pub(crate) position: i64,
    pub(crate) depot_id: DepotId,
    pub(crate) branch: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
