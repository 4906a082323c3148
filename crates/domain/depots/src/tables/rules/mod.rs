//! What the rules and the settings of depots are stored in.

pub(crate) mod branch_rule_members;
pub(crate) mod branch_rules;
pub(crate) mod depot_settings;
pub(crate) mod depot_specs;
pub(crate) mod file_rule_privileges;
pub(crate) mod file_rules;
pub(crate) mod ref_rules;

use db::ForeignKeyAction::{Cascade, SetNull};
use db::Migration;
use sea_orm::sea_query::ColumnDef;

/// Which reports of a commit a rule for branches asks for.
pub(super) const STATUS_CONTEXTS: Migration = Migration {
    name: "depots_0050_status_contexts",
    up: |schema| {
        schema.add_column(
            "branch_rules",
            ColumnDef::new("status_contexts").text().not_null().default("").to_owned(),
        );
    },
};

/// Settings, protection, rules for files, specifications, the archive.
pub(super) const RULES: Migration = Migration {
    name: "depots_0030_rules",
    up: |schema| {
        schema.add_column(
            "depots",
            ColumnDef::new("archived").boolean().not_null().default(false).to_owned(),
        );
        schema
            .table("depot_specs")
            .id()
            .big_or_null("team_id")
            .big_or_null("depot_id")
            .text("title")
            .text("description")
            .boolean("allow_others")
            .text("types")
            .text("directions")
            .references("team_id", "teams", Cascade)
            .references("depot_id", "depots", Cascade)
            .unique(&["team_id", "title"])
            .unique(&["depot_id"]);
        schema
            .table("depot_settings")
            .id()
            .big("depot_id")
            .boolean("check_author")
            .boolean("deny_force_push")
            .big_or_null("commit_bytes")
            .big_or_null("file_bytes")
            .text("message_regex")
            .text("denied_files")
            .big_or_null("quota_bytes")
            .text("spec_kind")
            .text("spec_title")
            .big_or_null("spec_id")
            .boolean("status_check")
            .boolean("delete_source")
            .boolean("fast_forward")
            .boolean("cancel_grants")
            .boolean("all_reviewers")
            .text("squash")
            .text("target_branch")
            .text("merge_template")
            .text("squash_template")
            .references("depot_id", "depots", Cascade)
            .references("spec_id", "depot_specs", SetNull)
            .unique(&["depot_id"]);
        schema
            .table("branch_rules")
            .id()
            .big("depot_id")
            .text("pattern")
            .boolean("deny_force_push")
            .boolean("force_squash")
            .big("required_grants")
            .boolean("required_status")
            .text("must_merge_to")
            .boolean("code_owners")
            .references("depot_id", "depots", Cascade)
            .unique(&["depot_id", "pattern"]);
        schema
            .table("branch_rule_members")
            .id()
            .big("depot_id")
            .big("rule_id")
            .big_or_null("user_id")
            .text_or_null("role")
            .big_or_null("deploy_key_id")
            .boolean("allow_push")
            .references("depot_id", "depots", Cascade)
            .references("rule_id", "branch_rules", Cascade)
            .references("user_id", "users", Cascade)
            .unique(&["rule_id", "user_id"])
            .unique(&["rule_id", "role"])
            .unique(&["rule_id", "deploy_key_id"])
            .indexed(&["depot_id"]);
        schema
            .table("ref_rules")
            .id()
            .big("depot_id")
            .text("kind")
            .text("pattern")
            .references("depot_id", "depots", Cascade)
            .unique(&["depot_id", "kind", "pattern"]);
        schema
            .table("file_rules")
            .id()
            .big("depot_id")
            .text("pattern")
            .boolean("deny_all")
            .references("depot_id", "depots", Cascade)
            .unique(&["depot_id", "pattern"]);
        schema
            .table("file_rule_privileges")
            .id()
            .big("depot_id")
            .big("rule_id")
            .big_or_null("user_id")
            .text_or_null("role")
            .boolean("deny")
            .references("depot_id", "depots", Cascade)
            .references("rule_id", "file_rules", Cascade)
            .references("user_id", "users", Cascade)
            .unique(&["rule_id", "user_id"])
            .unique(&["rule_id", "role"])
            .indexed(&["depot_id"]);
    },
};
