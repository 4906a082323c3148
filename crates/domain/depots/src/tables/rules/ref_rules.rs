//! Rules for refs that are no branches in work: protected tags, read-only refs.

use sea_orm::entity::prelude::*;

use crate::DepotId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ref_rules")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) depot_id: DepotId,
    /// `tag` (a pattern of names of tags) or `read_only` (a full name).
    pub(crate) kind: String,
    pub(crate) pattern: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
