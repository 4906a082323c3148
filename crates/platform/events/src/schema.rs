//! The table.

use db::Migration;

/// Table `events`.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "events_0001_outbox",
    up: |schema| {
        schema
            .table("events")
            .id()
            .text("kind")
            .big("at")
            .big_or_null("actor_id")
            .text("actor_name")
            .big_or_null("project")
            .text("payload")
            .indexed(&["project", "id"])
            .indexed(&["actor_id", "id"])
            .indexed(&["at"]);
    },
}];
