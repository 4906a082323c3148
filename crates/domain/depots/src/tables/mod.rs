//! The tables that this crate owns.

use db::ForeignKeyAction::{Cascade, SetNull};
use db::Migration;

pub(crate) mod addresses;
pub(crate) mod commit_comments;
pub(crate) mod commit_statuses;
pub(crate) mod deploy_keys;
pub(crate) mod depots;
pub(crate) mod health;
pub(crate) mod lfs;
pub(crate) mod pushes;
pub(crate) mod releases;
pub(crate) mod rules;

/// The schema's history.
pub const MIGRATIONS: &[Migration] = &[
    FIRST,
    commit_statuses::REPORTS,
    DEPLOY_KEYS,
    lfs::LFS,
    rules::RULES,
    ADDRESSES,
    releases::RELEASES,
    rules::STATUS_CONTEXTS,
    health::HEALTH,
    releases::ORPHANS,
    commit_comments::EDITED,
];

const FIRST: Migration = Migration {
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
};

const DEPLOY_KEYS: Migration = Migration {
    name: "depots_0020_deploy_keys",
    up: |schema| {
        schema
            .table("deploy_keys")
            .big("key_id")
            .big("depot_id")
            .boolean("may_write")
            .big("created_at")
            .primary_key(&["key_id"])
            .references("key_id", "ssh_keys", Cascade)
            .references("depot_id", "depots", Cascade)
            .indexed(&["depot_id"]);
    },
};

const ADDRESSES: Migration = Migration {
    name: "depots_0030_addresses",
    up: |schema| {
        schema
            .table("depot_addresses")
            .id()
            .big("project_id")
            .text("name")
            .big("depot_id")
            .big("left_at")
            .references("project_id", "projects", Cascade)
            .references("depot_id", "depots", Cascade)
            .unique(&["project_id", "name"])
            .indexed(&["depot_id"]);
    },
};
