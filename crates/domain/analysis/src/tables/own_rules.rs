//! Rules that teams wrote, and what a ruleset said at each of its versions.

use base::{TeamId, Timestamp, UserId};
use db::ForeignKeyAction::{Cascade, SetNull};
use db::Migration;
use sea_orm::entity::prelude::*;

use crate::ruleset::OwnRuleId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "analysis_own_rules")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: OwnRuleId,
    pub(crate) team_id: TeamId,
    /// With the prefix of teams' rules.
    pub(crate) name: String,
    /// Hash of the text.
    pub(crate) version: String,
    pub(crate) text: String,
    /// Empty, or what it was imported from.
    pub(crate) origin: String,
    /// It has both kinds of examples, and they are as they should be.
    pub(crate) tested: bool,
    /// Kept for scans that ran with it.
    pub(crate) removed: bool,
    pub(crate) creator_id: Option<UserId>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The tables of teams' rules and of versions.
pub(super) const MIGRATION: Migration = Migration {
    name: "analysis_0005_own_rules",
    up: |schema| {
        schema
            .table("analysis_own_rules")
            .id()
            .big("team_id")
            .text("name")
            .text("version")
            .text("text")
            .text("origin")
            .boolean("tested")
            .boolean("removed")
            .big_or_null("creator_id")
            .big("created_at")
            .big("updated_at")
            .references("team_id", "teams", Cascade)
            .references("creator_id", "users", SetNull)
            .unique(&["team_id", "name"]);
        schema
            .table("analysis_own_rule_versions")
            .id()
            .big("rule_id")
            .text("version")
            .text("text")
            .text("user_name")
            .big("created_at")
            .references("rule_id", "analysis_own_rules", Cascade)
            .unique(&["rule_id", "version"]);
        schema
            .table("analysis_ruleset_versions")
            .id()
            .big("ruleset_id")
            .text("version")
            .text("content")
            .text("user_name")
            .big("created_at")
            .references("ruleset_id", "analysis_rulesets", Cascade)
            .unique(&["ruleset_id", "version"]);
        schema
            .table("analysis_standards")
            .id()
            .big("team_id")
            .big("ruleset_id")
            .references("team_id", "teams", Cascade)
            .references("ruleset_id", "analysis_rulesets", Cascade)
            .unique(&["team_id"]);
    },
};
