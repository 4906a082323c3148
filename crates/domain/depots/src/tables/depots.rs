//! Depots.

use base::{Timestamp, UserId};
use projects::ProjectId;
use sea_orm::entity::prelude::*;

use crate::DepotId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "depots")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: DepotId,
    pub(crate) project_id: ProjectId,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) shared: bool,
    pub(crate) outside_url: Option<String>,
    /// Sealed by the vault for the purpose `depot.outside`.
    pub(crate) outside_credential: Option<Vec<u8>>,
    pub(crate) state: String,
    pub(crate) state_why: String,
    pub(crate) default_branch: String,
    pub(crate) creator_id: Option<UserId>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) last_push_at: Option<Timestamp>,
    pub(crate) archived: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
