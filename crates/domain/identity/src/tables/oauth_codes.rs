//! Authorisation codes under way.

use base::{TeamId, Timestamp, UserId};
use sea_orm::entity::prelude::*;

use crate::oauth::ApplicationId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth_codes")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) hash: Vec<u8>,
    pub(crate) application_id: ApplicationId,
    pub(crate) user_id: UserId,
    pub(crate) team_id: TeamId,
    pub(crate) scopes: String,
    pub(crate) scope_text: String,
    pub(crate) redirect_uri: String,
    /// PKCE, method S256.
    pub(crate) challenge: Option<String>,
    pub(crate) expires_at: Timestamp,
    /// The grant that it was exchanged for; a second use revokes that.
    pub(crate) grant_id: Option<i64>,
    pub(crate) used: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
