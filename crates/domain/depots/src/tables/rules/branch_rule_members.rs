//! Whom a rule that protects branches names.

use base::UserId;
use sea_orm::entity::prelude::*;

use crate::DepotId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "branch_rule_members")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) depot_id: DepotId,
    pub(crate) rule_id: i64,
    /// Exactly one of the three.
    pub(crate) user_id: Option<UserId>,
    pub(crate) role: Option<String>,
    pub(crate) deploy_key_id: Option<i64>,
    pub(crate) allow_push: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
