//! The tables that this crate owns.

use db::ForeignKeyAction::{Cascade, SetNull};
use db::Migration;

pub(crate) mod depots;
pub(crate) mod pushes;

/// The schema's history.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "depots_0001_depots",
    up: |schema| {
        schema
            .table("depots")
            .id()
            .big("project_id")
            .text("name")
            .text("description")
            .boolean("shared")
            .text_or_null("outside_url")
            .bytes_or_null("outside_credential")
            .text("state")
            .text("state_why")
            .text("default_branch")
            .big_or_null("creator_id")
            .big("created_at")
            .big("updated_at")
            .big_or_null("last_push_at")
            .references("project_id", "projects", Cascade)
            .references("creator_id", "users", SetNull)
            .unique(&["project_id", "name"])
            .indexed(&["outside_url"]);
        schema
            .table("pushes")
            .id()
            .big("depot_id")
            .big_or_null("user_id")
            .text("user_name")
            .text("state")
            .text("updates")
            .big("started_at")
            .big_or_null("finished_at")
            .references("depot_id", "depots", Cascade)
            .references("user_id", "users", SetNull)
            .indexed(&["depot_id", "id"])
            .indexed(&["state"]);
    },
}];
