//! The ruleset that new plans of a team begin with.

use base::TeamId;
use sea_orm::entity::prelude::*;

use crate::ruleset::RulesetId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "analysis_standards")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) team_id: TeamId,
    pub(crate) ruleset_id: RulesetId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
