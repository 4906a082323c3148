//! What a ruleset said at each of its versions.

use base::Timestamp;
use sea_orm::entity::prelude::*;

use crate::ruleset::RulesetId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "analysis_ruleset_versions")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) ruleset_id: RulesetId,
    pub(crate) version: String,
    pub(crate) content: String,
    pub(crate) user_name: String,
    pub(crate) created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
