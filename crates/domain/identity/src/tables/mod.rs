//! The tables that this crate owns.

use db::{ForeignKeyAction::Cascade, ForeignKeyAction::SetNull, Migration};

pub(crate) mod access_keys;
pub(crate) mod audit_log;
pub(crate) mod memberships;
pub(crate) mod oauth_applications;
pub(crate) mod oauth_codes;
pub(crate) mod oauth_grants;
pub(crate) mod passwords;
pub(crate) mod sessions;
pub(crate) mod sign_in_failures;
pub(crate) mod ssh_keys;
pub(crate) mod teams;
pub(crate) mod tokens;
pub(crate) mod users;

/// The schema's history.
pub const MIGRATIONS: &[Migration] = &[PEOPLE, WAYS_IN, OAUTH, AUDIT, SSH_KEYS];

const PEOPLE: Migration = Migration {
    name: "identity_0001_people",
    up: |schema| {
        schema
            .table("teams")
            .id()
            .text("name")
            .text("display_name")
            .boolean("tickets_enabled")
            .big("created_at")
            .big("updated_at")
            .unique(&["name"]);
        schema
            .table("users")
            .id()
            .text("uid")
            .text("name")
            .text("name_key")
            .text("display_name")
            .text("email")
            .text_or_null("email_key")
            .boolean("email_validated")
            .text("phone")
            .boolean("phone_validated")
            .text("avatar")
            .text("locale")
            .text("status")
            .big("created_at")
            .big("updated_at")
            .big_or_null("last_activity_at")
            .unique(&["uid"])
            .unique(&["name_key"])
            .unique(&["email_key"]);
        schema
            .table("passwords")
            .big("user_id")
            .text("hash")
            .boolean("must_change")
            .big("changed_at")
            .primary_key(&["user_id"])
            .references("user_id", "users", Cascade);
        schema
            .table("memberships")
            .id()
            .big("team_id")
            .big("user_id")
            .text("role")
            .big("created_at")
            .references("team_id", "teams", Cascade)
            .references("user_id", "users", Cascade)
            .unique(&["team_id", "user_id"])
            .indexed(&["user_id"]);
    },
};

const WAYS_IN: Migration = Migration {
    name: "identity_0002_ways_in",
    up: |schema| {
        schema
            .table("tokens")
            .id()
            .text("kind")
            .bytes("hash")
            .big("user_id")
            .big("team_id")
            .text("label")
            .text("scopes")
            .bytes_or_null("sealed")
            .big_or_null("grant_id")
            .big("created_at")
            .big_or_null("expires_at")
            .big_or_null("last_used_at")
            .references("user_id", "users", Cascade)
            .references("team_id", "teams", Cascade)
            .unique(&["hash"])
            .indexed(&["user_id", "kind"])
            .indexed(&["team_id"])
            .indexed(&["grant_id"])
            .indexed(&["expires_at"]);
        schema
            .table("access_keys")
            .id()
            .text("access_key")
            .big("user_id")
            .big("team_id")
            .bytes("sealed")
            .big("created_at")
            .big_or_null("last_used_at")
            .references("user_id", "users", Cascade)
            .references("team_id", "teams", Cascade)
            .unique(&["access_key"])
            .indexed(&["user_id"]);
        schema
            .table("sessions")
            .id()
            .bytes("hash")
            .big("user_id")
            .big("team_id")
            .big("created_at")
            .big("expires_at")
            .big("last_seen_at")
            .text("address")
            .text("agent")
            .references("user_id", "users", Cascade)
            .references("team_id", "teams", Cascade)
            .unique(&["hash"])
            .indexed(&["user_id"])
            .indexed(&["expires_at"]);
        schema
            .table("sign_in_failures")
            .text("subject")
            .big("failures")
            .big("last_failed_at")
            .big("wait_until")
            .primary_key(&["subject"])
            .indexed(&["last_failed_at"]);
    },
};

const OAUTH: Migration = Migration {
    name: "identity_0003_oauth",
    up: |schema| {
        schema
            .table("oauth_applications")
            .id()
            .text("client_id")
            .bytes("secret_hash")
            .text("display_name")
            .text("homepage")
            .text("redirect_uris")
            .big("owner_id")
            .big("team_id")
            .big("created_at")
            .big("updated_at")
            .references("owner_id", "users", Cascade)
            .references("team_id", "teams", Cascade)
            .unique(&["client_id"])
            .indexed(&["owner_id"]);
        schema
            .table("oauth_grants")
            .id()
            .big("application_id")
            .big("user_id")
            .big("team_id")
            .text("scopes")
            .text("scope_text")
            .bytes("refresh_hash")
            .big("refresh_expires_at")
            .big("created_at")
            .references("application_id", "oauth_applications", Cascade)
            .references("user_id", "users", Cascade)
            .references("team_id", "teams", Cascade)
            .unique(&["refresh_hash"])
            .indexed(&["user_id"])
            .indexed(&["application_id"])
            .indexed(&["refresh_expires_at"]);
        schema
            .table("oauth_codes")
            .id()
            .bytes("hash")
            .big("application_id")
            .big("user_id")
            .big("team_id")
            .text("scopes")
            .text("scope_text")
            .text("redirect_uri")
            .text_or_null("challenge")
            .big("expires_at")
            .big_or_null("grant_id")
            .boolean("used")
            .references("application_id", "oauth_applications", Cascade)
            .references("user_id", "users", Cascade)
            .references("team_id", "teams", Cascade)
            .unique(&["hash"])
            .indexed(&["expires_at"]);
    },
};

const AUDIT: Migration = Migration {
    name: "identity_0004_audit",
    up: |schema| {
        schema
            .table("audit_log")
            .id()
            .big("at")
            .big_or_null("team_id")
            .big_or_null("actor_id")
            .text("actor_name")
            .text("act")
            .text("subject")
            .text("details")
            .text("address")
            .text("request_id")
            .references("team_id", "teams", SetNull)
            .references("actor_id", "users", SetNull)
            .indexed(&["team_id", "at"])
            .indexed(&["actor_id", "at"])
            .indexed(&["subject", "at"]);
    },
};

const SSH_KEYS: Migration = Migration {
    name: "identity_0005_ssh_keys",
    up: |schema| {
        schema
            .table("ssh_keys")
            .id()
            .text("fingerprint")
            .text("fingerprint_md5")
            .text("algorithm")
            .text("content")
            .text("title")
            .big_or_null("user_id")
            .big_or_null("team_id")
            .big_or_null("creator_id")
            .big("created_at")
            .big_or_null("expires_at")
            .big_or_null("last_used_at")
            .references("user_id", "users", Cascade)
            .references("team_id", "teams", Cascade)
            .references("creator_id", "users", SetNull)
            .unique(&["fingerprint"])
            .indexed(&["user_id"]);
    },
};
