//! Releases and what is attached to them.

use base::{Timestamp, UserId};
use db::ForeignKeyAction::{Cascade, SetNull};
use db::Migration;
use sea_orm::entity::prelude::*;

use crate::DepotId;
use crate::releases::ReleaseId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "releases")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: ReleaseId,
    pub(crate) depot_id: DepotId,
    /// Counted per depot, from 1.
    pub(crate) number: i64,
    pub(crate) tag: String,
    pub(crate) title: String,
    /// Markdown.
    pub(crate) notes: String,
    pub(crate) commit_sha: String,
    /// What the tag was made of: a branch or a commit.
    pub(crate) target: String,
    pub(crate) pre: bool,
    pub(crate) creator_id: Option<UserId>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The table of attachments; their bytes are in the blob store.
pub(crate) mod attachments {
    use base::{Timestamp, UserId};
    use sea_orm::entity::prelude::*;

    use crate::releases::ReleaseId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "release_attachments")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) release_id: ReleaseId,
        pub(crate) name: String,
        pub(crate) sha256: String,
        pub(crate) size: i64,
        pub(crate) uploader_id: Option<UserId>,
        pub(crate) created_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Content that may be attached to nothing any more.
pub(crate) mod orphans {
    use base::Timestamp;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "release_orphans")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) sha256: String,
        pub(crate) since: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) const ORPHANS: Migration = Migration {
    name: "depots_0052_release_orphans",
    up: |schema| {
        schema.table("release_orphans").text("sha256").big("since").primary_key(&["sha256"]);
    },
};

pub(crate) const RELEASES: Migration = Migration {
    name: "depots_0040_releases",
    up: |schema| {
        schema
            .table("releases")
            .id()
            .big("depot_id")
            .big("number")
            .text("tag")
            .text("title")
            .text("notes")
            .text("commit_sha")
            .text("target")
            .boolean("pre")
            .big_or_null("creator_id")
            .big("created_at")
            .big("updated_at")
            .references("depot_id", "depots", Cascade)
            .references("creator_id", "users", SetNull)
            .unique(&["depot_id", "number"])
            .unique(&["depot_id", "tag"]);
        schema
            .table("release_attachments")
            .id()
            .big("release_id")
            .text("name")
            .text("sha256")
            .big("size")
            .big_or_null("uploader_id")
            .big("created_at")
            .references("release_id", "releases", Cascade)
            .references("uploader_id", "users", SetNull)
            .unique(&["release_id", "name"]);
    },
};
