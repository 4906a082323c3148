//! Findings that may stay, those to come included.

use base::{Timestamp, UserId};
use sea_orm::entity::prelude::*;

use crate::plan::PlanId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "finding_exceptions")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) plan_id: PlanId,
    pub(crate) rule: String,
    /// A file, or a directory with all below it; empty for all files.
    pub(crate) path: String,
    pub(crate) reason: String,
    pub(crate) note: String,
    pub(crate) until: Option<Timestamp>,
    pub(crate) user_id: Option<UserId>,
    pub(crate) user_name: String,
    pub(crate) created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
