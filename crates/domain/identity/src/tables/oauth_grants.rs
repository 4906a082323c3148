//! What users have let applications do.

use base::{TeamId, Timestamp, UserId};
use sea_orm::entity::prelude::*;

use crate::oauth::ApplicationId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth_grants")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) application_id: ApplicationId,
    pub(crate) user_id: UserId,
    pub(crate) team_id: TeamId,
    pub(crate) scopes: String,
    /// The scopes as the application spelt them.
    pub(crate) scope_text: String,
    pub(crate) refresh_hash: Vec<u8>,
    pub(crate) refresh_expires_at: Timestamp,
    pub(crate) created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
