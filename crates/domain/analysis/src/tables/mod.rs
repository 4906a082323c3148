//! The tables that this crate owns.

use db::ForeignKeyAction::{Cascade, SetNull};
use db::Migration;

pub(crate) mod advisories;
pub(crate) mod advisory_imports;
pub(crate) mod advisory_packages;
pub(crate) mod backfills;
pub(crate) mod blob_reports;
pub(crate) mod commit_measures;
pub(crate) mod coverage_reports;
pub(crate) mod deliveries;
pub(crate) mod exceptions;
pub(crate) mod finding_events;
pub(crate) mod findings;
mod gates;
pub(crate) mod hooks;
pub(crate) mod leaks;
pub(crate) mod own_rule_versions;
pub(crate) mod own_rules;
pub(crate) mod plan_sources;
pub(crate) mod plans;
pub(crate) mod ruleset_versions;
pub(crate) mod rulesets;
pub(crate) mod scan_details;
pub(crate) mod scan_measures;
pub(crate) mod scans;
pub(crate) mod standards;

/// The schema's history.
pub const MIGRATIONS: &[Migration] = &[
    SCANS,
    gates::GATES,
    advisory_imports::MIGRATION,
    backfills::MIGRATION,
    hooks::LANGUAGES,
    own_rules::MIGRATION,
    leaks::MIGRATION,
    advisory_imports::ECOSYSTEMS,
    backfills::FOUND,
    advisory_imports::UNREADABLE,
];

const SCANS: Migration = Migration {
    name: "analysis_0001_scans",
    up: |schema| {
        schema
            .table("analysis_rulesets")
            .id()
            .big("team_id")
            .big_or_null("project_id")
            .text("name")
            .text("description")
            .text("content")
            .text("hash")
            .big_or_null("creator_id")
            .big("created_at")
            .big("updated_at")
            .references("team_id", "teams", Cascade)
            .references("project_id", "projects", Cascade)
            .references("creator_id", "users", SetNull)
            .unique(&["team_id", "project_id", "name"]);
        schema
            .table("scan_plans")
            .id()
            .text("uid")
            .big("project_id")
            .text("name")
            .text("description")
            .text("kind")
            .big_or_null("ruleset_id")
            .text("definition")
            .text("settings")
            .text("origin")
            .boolean("enabled")
            .big_or_null("creator_id")
            .text("creator_name")
            .big("created_at")
            .big("updated_at")
            .big_or_null("latest_scan_id")
            .big_or_null("latest_result_id")
            .big_or_null("running_scan_id")
            .references("project_id", "projects", Cascade)
            .references("ruleset_id", "analysis_rulesets", SetNull)
            .references("creator_id", "users", SetNull)
            .unique(&["uid"])
            .unique(&["project_id", "name"]);
        schema
            .table("scan_plan_sources")
            .id()
            .big("plan_id")
            .big("position")
            .big("depot_id")
            .text("branch")
            .references("plan_id", "scan_plans", Cascade)
            .references("depot_id", "depots", Cascade)
            .unique(&["plan_id", "position"])
            .indexed(&["depot_id"]);
        schema
            .table("scans")
            .id()
            .big("plan_id")
            .big("number")
            .text("lane")
            .text("state")
            .text("stage")
            .text("trigger_kind")
            .big_or_null("creator_id")
            .text("creator_name")
            .text("sources")
            .text("variables")
            .big_or_null("base_id")
            .big_or_null("job_id")
            .boolean("cancel_requested")
            .big("created_at")
            .big_or_null("started_at")
            .big_or_null("finished_at")
            .text("error")
            .text_or_null("result")
            .text_or_null("log")
            .big("log_bytes")
            .references("plan_id", "scan_plans", Cascade)
            .references("creator_id", "users", SetNull)
            .unique(&["plan_id", "number"])
            .indexed(&["state"]);
        schema
            .table("scan_details")
            .id()
            .big("scan_id")
            .text("kind")
            .bytes("body")
            .references("scan_id", "scans", Cascade)
            .unique(&["scan_id", "kind"]);
        schema
            .table("findings")
            .id()
            .big("plan_id")
            .text("lane")
            .big("depot_id")
            .text("path")
            .text("language")
            .text("rule")
            .text("category")
            .big("severity")
            .big("line")
            .big("column_from")
            .big("end_line")
            .big("end_column")
            .text("message")
            .text("symbol")
            .boolean("uncertain")
            .bytes("place")
            .text("state")
            .big("first_scan_id")
            .big("first_number")
            .text("first_commit")
            .big("first_at")
            .big("last_scan_id")
            .big("last_number")
            .text("last_commit")
            .big("last_at")
            .big_or_null("fixed_scan_id")
            .big_or_null("fixed_number")
            .text_or_null("fixed_commit")
            .big_or_null("fixed_at")
            .text_or_null("author_name")
            .text_or_null("author_mail")
            .text_or_null("author_commit")
            .big_or_null("authored_at")
            .text_or_null("ignore_reason")
            .text_or_null("ignore_note")
            .big_or_null("ignored_by")
            .text_or_null("ignored_by_name")
            .big_or_null("ignored_at")
            .references("plan_id", "scan_plans", Cascade)
            .references("ignored_by", "users", SetNull)
            .indexed(&["plan_id", "lane", "state", "severity"])
            .indexed(&["plan_id", "lane", "path"]);
        schema
            .table("finding_events")
            .id()
            .big("finding_id")
            .text("kind")
            .big_or_null("scan_number")
            .text("commit_id")
            .big_or_null("user_id")
            .text("user_name")
            .text("note")
            .big("at")
            .references("finding_id", "findings", Cascade)
            .references("user_id", "users", SetNull)
            .indexed(&["finding_id"]);
        schema
            .table("blob_reports")
            .bytes("key")
            .bytes("report")
            .big("used_at")
            .primary_key(&["key"])
            .indexed(&["used_at"]);
    },
};
