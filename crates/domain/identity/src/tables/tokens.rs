//! Bearer tokens of every kind, by their hash.

use base::{TeamId, Timestamp, UserId};
use sea_orm::entity::prelude::*;

use crate::TokenKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tokens")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) kind: TokenKind,
    /// SHA-256 of the token.
    pub(crate) hash: Vec<u8>,
    pub(crate) user_id: UserId,
    pub(crate) team_id: TeamId,
    pub(crate) label: String,
    pub(crate) scopes: String,
    /// The token itself under the installation key, where signed tickets are allowed.
    pub(crate) sealed: Option<Vec<u8>>,
    /// What an application was granted, for its tokens.
    pub(crate) grant_id: Option<i64>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) last_used_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
