//! Imports of advisories, the newest of which says what scans know.

use base::Timestamp;
use db::ForeignKeyAction::Cascade;
use db::Migration;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ColumnDef;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "advisory_imports")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) at: Timestamp,
    pub(crate) user_name: String,
    /// What was imported, for people.
    pub(crate) source: String,
    /// Advisories that it held.
    pub(crate) seen: i64,
    /// Those of them that were new or had changed.
    pub(crate) changed: i64,
    /// Advisories of the installation behind it.
    pub(crate) total: i64,
    /// How many of them are about packages of each ecosystem, as JSON.
    pub(crate) ecosystems: Option<String>,
    /// Files that are no advisories.
    pub(crate) unreadable: i64,
    /// The first of them with the reason, as JSON.
    pub(crate) examples: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What imports leave, by ecosystem.
pub(super) const ECOSYSTEMS: Migration = Migration {
    name: "analysis_readers_0001_ecosystems",
    up: |schema| {
        schema.add_column("advisory_imports", ColumnDef::new("ecosystems").text().to_owned());
    },
};

/// What imports could not read.
pub(super) const UNREADABLE: Migration = Migration {
    name: "analysis_0008_looks_unreadable",
    up: |schema| {
        let count = ColumnDef::new("unreadable").big_integer().not_null().default(0).to_owned();
        schema
            .add_column("advisory_imports", count)
            .add_column("advisory_imports", ColumnDef::new("examples").text().to_owned());
    },
};

/// The tables of what is known of vulnerable packages.
pub(super) const MIGRATION: Migration = Migration {
    name: "analysis_0003_advisories",
    up: |schema| {
        schema
            .table("advisories")
            .id()
            .text("name")
            .text("modified")
            .bytes("body")
            .unique(&["name"]);
        schema
            .table("advisory_packages")
            .id()
            .big("advisory_id")
            .text("ecosystem")
            .text("package")
            .references("advisory_id", "advisories", Cascade)
            .indexed(&["ecosystem", "package"])
            .indexed(&["advisory_id"]);
        schema
            .table("advisory_imports")
            .id()
            .big("at")
            .text("user_name")
            .text("source")
            .big("seen")
            .big("changed")
            .big("total");
    },
};
