//! Rules that protect branches.

use sea_orm::entity::prelude::*;

use crate::DepotId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "branch_rules")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) depot_id: DepotId,
    pub(crate) pattern: String,
    pub(crate) deny_force_push: bool,
    pub(crate) force_squash: bool,
    pub(crate) required_grants: i64,
    pub(crate) required_status: bool,
    /// One a line.
    pub(crate) status_contexts: String,
    pub(crate) must_merge_to: String,
    pub(crate) code_owners: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
