//! Who did what, when, from where.

use base::{TeamId, Timestamp, UserId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_log")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) at: Timestamp,
    pub(crate) team_id: Option<TeamId>,
    pub(crate) actor_id: Option<UserId>,
    pub(crate) actor_name: String,
    pub(crate) act: String,
    pub(crate) subject: String,
    /// JSON.
    pub(crate) details: String,
    pub(crate) address: String,
    pub(crate) request_id: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
