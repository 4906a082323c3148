//! What others found of commits, each report a row.

use base::{Timestamp, UserId};
use db::ForeignKeyAction::{Cascade, SetNull};
use db::Migration;
use sea_orm::entity::prelude::*;

use crate::DepotId;

/// The tables of what is said of commits, by machines and by people.
pub(crate) const REPORTS: Migration = Migration {
    name: "depots_0010_commit_reports",
    up: |schema| {
        schema
            .table("commit_statuses")
            .id()
            .big("depot_id")
            .text("sha")
            .text("context")
            .boolean("newest")
            .text("state")
            .text("description")
            .text("target_url")
            .big_or_null("creator_id")
            .big("created_at")
            .references("depot_id", "depots", Cascade)
            .references("creator_id", "users", SetNull)
            .indexed(&["depot_id", "sha", "context"]);
        schema
            .table("commit_comments")
            .id()
            .big("depot_id")
            .text("sha")
            .text("path")
            .big("line")
            .text("content")
            .big_or_null("author_id")
            .big("created_at")
            .references("depot_id", "depots", Cascade)
            .references("author_id", "users", SetNull)
            .indexed(&["depot_id", "sha"]);
    },
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "commit_statuses")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) depot_id: DepotId,
    /// 40 or 64 hexadecimal characters.
    pub(crate) sha: String,
    /// What was looked at: the name of a job, of a gate.
    pub(crate) context: String,
    /// Whether no newer row has the same commit and context.
    pub(crate) newest: bool,
    /// `pending`, `success`, `failure` or `error`.
    pub(crate) state: String,
    pub(crate) description: String,
    pub(crate) target_url: String,
    pub(crate) creator_id: Option<UserId>,
    pub(crate) created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
