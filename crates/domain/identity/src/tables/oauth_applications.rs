//! Applications that may ask users to let them in.

use base::{TeamId, Timestamp, UserId};
use sea_orm::entity::prelude::*;

use crate::oauth::ApplicationId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth_applications")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: ApplicationId,
    pub(crate) client_id: String,
    pub(crate) secret_hash: Vec<u8>,
    pub(crate) display_name: String,
    pub(crate) homepage: String,
    /// One on each line.
    pub(crate) redirect_uris: String,
    pub(crate) owner_id: UserId,
    pub(crate) team_id: TeamId,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
