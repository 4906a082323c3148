//! Gates on measures, coverage, exceptions, schedules, notifications.

use db::ForeignKeyAction::{Cascade, SetNull};
use db::Migration;
use sea_orm::sea_query::ColumnDef;

pub(super) const GATES: Migration = Migration {
    name: "analysis_0002_gates",
    up: |schema| {
        let big = |name: &str| ColumnDef::new(name.to_owned()).big_integer().to_owned();
        let text = |name: &str| ColumnDef::new(name.to_owned()).text().to_owned();
        schema
            .add_column("findings", big("ignored_until"))
            .add_column("findings", big("exception_id"))
            .add_column("findings", big("assignee_id"))
            .add_column("findings", text("assignee_name"))
            .add_column("scan_plans", big("next_run_at"))
            .index("findings", &["ignored_until"], false)
            .index("scan_plans", &["next_run_at"], false);
        schema
            .table("finding_exceptions")
            .id()
            .big("plan_id")
            .text("rule")
            .text("path")
            .text("reason")
            .text("note")
            .big_or_null("until")
            .big_or_null("user_id")
            .text("user_name")
            .big("created_at")
            .references("plan_id", "scan_plans", Cascade)
            .references("user_id", "users", SetNull)
            .indexed(&["plan_id"]);
        schema
            .table("scan_measures")
            .id()
            .big("scan_id")
            .text("body")
            .references("scan_id", "scans", Cascade)
            .unique(&["scan_id"]);
        schema
            .table("coverage_reports")
            .id()
            .big("depot_id")
            .text("sha")
            .text("flag")
            .text("format")
            .big("hit")
            .big("lines")
            .bytes("body")
            .big_or_null("creator_id")
            .big("created_at")
            .references("depot_id", "depots", Cascade)
            .references("creator_id", "users", SetNull)
            .unique(&["depot_id", "sha", "flag"]);
        schema
            .table("scan_hooks")
            .id()
            .big("plan_id")
            .text("name")
            .text("kind")
            .text("host")
            .bytes("address")
            .bytes_or_null("secret")
            .boolean("only_failures")
            .boolean("enabled")
            .big_or_null("creator_id")
            .big("created_at")
            .references("plan_id", "scan_plans", Cascade)
            .references("creator_id", "users", SetNull)
            .indexed(&["plan_id"]);
        schema
            .table("scan_deliveries")
            .id()
            .big("hook_id")
            .big_or_null("scan_number")
            .text("state")
            .big("attempts")
            .text("answer")
            .big("created_at")
            .big_or_null("finished_at")
            .references("hook_id", "scan_hooks", Cascade)
            .indexed(&["hook_id"]);
    },
};
