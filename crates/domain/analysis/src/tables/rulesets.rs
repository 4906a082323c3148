//! Rulesets of teams and projects.

use base::{TeamId, Timestamp, UserId};
use projects::ProjectId;
use sea_orm::entity::prelude::*;

use crate::ruleset::RulesetId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "analysis_rulesets")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: RulesetId,
    pub(crate) team_id: TeamId,
    pub(crate) project_id: Option<ProjectId>,
    pub(crate) name: String,
    pub(crate) description: String,
    /// JSON of the scanner's ruleset.
    pub(crate) content: String,
    pub(crate) hash: String,
    pub(crate) creator_id: Option<UserId>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
