//! The tables that this crate owns.

use db::{ForeignKeyAction::Cascade, ForeignKeyAction::SetNull, Migration};

pub(crate) mod project_members;
pub(crate) mod projects;

/// The schema's history.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "projects_0001_projects",
    up: |schema| {
        schema
            .table("projects")
            .id()
            .text("uid")
            .big("team_id")
            .text("name")
            .text("display_name")
            .text("description")
            .text("icon")
            .boolean("shared")
            .text("template")
            .text_or_null("start_date")
            .text_or_null("end_date")
            .boolean("archived")
            .big_or_null("creator_id")
            .big("created_at")
            .big("updated_at")
            .references("team_id", "teams", Cascade)
            .references("creator_id", "users", SetNull)
            .unique(&["uid"])
            .unique(&["team_id", "name"]);
        schema
            .table("project_members")
            .id()
            .big("project_id")
            .big("user_id")
            .text("role")
            .big("created_at")
            .references("project_id", "projects", Cascade)
            .references("user_id", "users", Cascade)
            .unique(&["project_id", "user_id", "role"])
            .indexed(&["user_id"]);
    },
}];
