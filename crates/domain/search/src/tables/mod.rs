//! The tables that this crate owns.

use db::ForeignKeyAction::Cascade;
use db::Migration;

pub(crate) mod branches;
pub(crate) mod indexes;

/// The schema's history.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "search_0001_indexes",
    up: |schema| {
        schema
            .table("search_indexes")
            .big("depot_id")
            .big("version")
            .big("text_bytes")
            .big("index_bytes")
            .big("indexed_at")
            .primary_key(&["depot_id"])
            .references("depot_id", "depots", Cascade);
        schema
            .table("search_branches")
            .id()
            .big("depot_id")
            .text("branch")
            .big("wanted_at")
            .references("depot_id", "depots", Cascade)
            .unique(&["depot_id", "branch"])
            .indexed(&["wanted_at"]);
    },
}];
