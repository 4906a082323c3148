//! Secrets that histories hold.

use base::{Timestamp, UserId};
use db::ForeignKeyAction::{Cascade, SetNull};
use db::Migration;
use depots::DepotId;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ColumnDef;

use crate::history::BackfillId;
use crate::leaks::LeakId;
use crate::plan::PlanId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "analysis_leaks")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: LeakId,
    pub(crate) plan_id: PlanId,
    pub(crate) depot_id: DepotId,
    pub(crate) rule: String,
    pub(crate) severity: i64,
    /// What tells it from others: no hash that could be tried out.
    pub(crate) fingerprint: String,
    /// The commit that brought it.
    pub(crate) sha: String,
    pub(crate) path: String,
    pub(crate) line: i64,
    pub(crate) end_line: i64,
    pub(crate) author_name: String,
    pub(crate) author_mail: String,
    pub(crate) authored_at: Timestamp,
    /// Where the branches have it, as JSON; see [`crate::leaks`].
    pub(crate) places: String,
    /// Whether there are any.
    pub(crate) at_tip: bool,
    pub(crate) state: String,
    pub(crate) reason: Option<String>,
    pub(crate) note: String,
    pub(crate) decided_by: Option<UserId>,
    pub(crate) decided_by_name: String,
    pub(crate) decided_at: Option<Timestamp>,
    /// The search that saw it last.
    pub(crate) backfill_id: BackfillId,
    pub(crate) found_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The table of leaks, and what back-fills know of searches for them.
pub(super) const MIGRATION: Migration = Migration {
    name: "analysis_0006_proof_leaks",
    up: |schema| {
        schema
            .table("analysis_leaks")
            .id()
            .big("plan_id")
            .big("depot_id")
            .text("rule")
            .big("severity")
            .text("fingerprint")
            .text("sha")
            .text("path")
            .big("line")
            .big("end_line")
            .text("author_name")
            .text("author_mail")
            .big("authored_at")
            .text("places")
            .boolean("at_tip")
            .text("state")
            .text_or_null("reason")
            .text("note")
            .big_or_null("decided_by")
            .text("decided_by_name")
            .big_or_null("decided_at")
            .big("backfill_id")
            .big("found_at")
            .references("plan_id", "scan_plans", Cascade)
            .references("depot_id", "depots", Cascade)
            .references("decided_by", "users", SetNull)
            .unique(&["plan_id", "depot_id", "fingerprint"])
            .indexed(&["depot_id"])
            .indexed(&["plan_id", "state"]);
        let text = |name: &'static str, usual: &'static str| {
            ColumnDef::new(name).text().not_null().default(usual).to_owned()
        };
        schema
            .add_column("scan_backfills", text("kind", "measures"))
            .add_column("scan_backfills", text("tips", ""))
            .add_column("scan_backfills", text("shape", ""));
    },
};
