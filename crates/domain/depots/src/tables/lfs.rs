//! Large files beside the repositories.

use db::ForeignKeyAction::{Cascade, SetNull};
use db::Migration;

/// The tables of this module.
pub(crate) const LFS: Migration = Migration {
    name: "depots_0021_lfs",
    up: |schema| {
        schema
            .table("lfs_objects")
            .id()
            .big("depot_id")
            .text("oid")
            .big("size")
            .big("created_at")
            .references("depot_id", "depots", Cascade)
            .unique(&["depot_id", "oid"])
            .indexed(&["oid"]);
        // Content that no depot may hold any more.
        schema.table("lfs_orphans").text("oid").big("since").primary_key(&["oid"]);
        schema
            .table("lfs_locks")
            .id()
            .big("depot_id")
            .text("path")
            .big_or_null("user_id")
            .text("owner_name")
            .text("ref_name")
            .big("locked_at")
            .references("depot_id", "depots", Cascade)
            .references("user_id", "users", SetNull)
            .unique(&["depot_id", "path"]);
    },
};

pub(crate) mod objects {
    //! Which depot holds which content.

    use base::Timestamp;
    use sea_orm::entity::prelude::*;

    use crate::DepotId;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "lfs_objects")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) depot_id: DepotId,
        pub(crate) oid: String,
        pub(crate) size: i64,
        pub(crate) created_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod orphans {
    //! Content whose depot was deleted.

    use base::Timestamp;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "lfs_orphans")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) oid: String,
        pub(crate) since: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod locks {
    //! Who works on which file.

    use base::{Timestamp, UserId};
    use sea_orm::entity::prelude::*;

    use crate::DepotId;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "lfs_locks")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) depot_id: DepotId,
        pub(crate) path: String,
        pub(crate) user_id: Option<UserId>,
        pub(crate) owner_name: String,
        /// The branch that the lock was made on, or nothing.
        pub(crate) ref_name: String,
        pub(crate) locked_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
