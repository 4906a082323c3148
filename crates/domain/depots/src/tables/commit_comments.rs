//! What people say about commits.

use base::{Timestamp, UserId};
use db::Migration;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ColumnDef;

use crate::DepotId;

/// Comments that are said otherwise.
pub(crate) const EDITED: Migration = Migration {
    name: "depots_0060_edited_comments",
    up: |schema| {
        let edited = ColumnDef::new("edited_at").big_integer().to_owned();
        schema.add_column("commit_comments", edited);
    },
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "commit_comments")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) depot_id: DepotId,
    /// 40 or 64 hexadecimal characters.
    pub(crate) sha: String,
    /// Empty for a comment on the whole commit.
    pub(crate) path: String,
    /// The line of the file's diff, from 1; 0 for the whole file.
    pub(crate) line: i64,
    pub(crate) content: String,
    pub(crate) author_id: Option<UserId>,
    pub(crate) created_at: Timestamp,
    pub(crate) edited_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
