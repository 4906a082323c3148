//! Whom a rule for files names.

use base::UserId;
use sea_orm::entity::prelude::*;

use crate::DepotId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "file_rule_privileges")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) depot_id: DepotId,
    pub(crate) rule_id: i64,
    /// Exactly one of the two.
    pub(crate) user_id: Option<UserId>,
    pub(crate) role: Option<String>,
    pub(crate) deny: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
