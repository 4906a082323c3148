//! Specifications of depots, of a team or of one depot.

use base::TeamId;
use sea_orm::entity::prelude::*;

use crate::DepotId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "depot_specs")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    /// The team that it is for; nothing where it is one depot's own.
    pub(crate) team_id: Option<TeamId>,
    /// The depot that it is for; nothing where it is a team's.
    pub(crate) depot_id: Option<DepotId>,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) allow_others: bool,
    /// The types of branches as JSON.
    pub(crate) types: String,
    /// The directions of merges as JSON.
    pub(crate) directions: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
