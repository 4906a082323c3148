//! Work on commits that were there before anybody scanned them.

use base::{Timestamp, UserId};
use db::ForeignKeyAction::{Cascade, SetNull};
use db::Migration;
use depots::DepotId;
use jobs::JobId;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ColumnDef;

use crate::history::BackfillId;
use crate::plan::PlanId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "scan_backfills")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: BackfillId,
    pub(crate) plan_id: PlanId,
    pub(crate) depot_id: DepotId,
    /// What is done with the commits.
    pub(crate) kind: String,
    pub(crate) branch: String,
    /// The commit from which it goes backwards.
    pub(crate) tip: String,
    /// Of searches that have begun: a line for each branch, with its commit and
    /// its name.
    pub(crate) tips: String,
    /// Of searches: what their findings depend on beside the commits.
    pub(crate) shape: String,
    /// How many commits were asked for.
    pub(crate) wanted: i64,
    /// How many there are of them.
    pub(crate) total: i64,
    pub(crate) done: i64,
    pub(crate) failed: i64,
    /// Of searches: how many secrets it found that nobody knew and that ask for work.
    pub(crate) found: i64,
    /// Of searches: whether there were more than are kept.
    pub(crate) full: bool,
    pub(crate) state: String,
    pub(crate) error: String,
    pub(crate) job_id: Option<JobId>,
    pub(crate) cancel_requested: bool,
    pub(crate) creator_id: Option<UserId>,
    pub(crate) creator_name: String,
    pub(crate) created_at: Timestamp,
    pub(crate) finished_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The tables of the measures of commits.
pub(super) const MIGRATION: Migration = Migration {
    name: "analysis_0004_join_history",
    up: |schema| {
        schema
            .table("commit_measures")
            .id()
            .big("plan_id")
            .big("depot_id")
            .text("sha")
            .text("shape")
            .text("body")
            .big("measured_at")
            .references("plan_id", "scan_plans", Cascade)
            .references("depot_id", "depots", Cascade)
            .unique(&["plan_id", "depot_id", "sha"])
            .indexed(&["depot_id"]);
        schema
            .table("scan_backfills")
            .id()
            .big("plan_id")
            .big("depot_id")
            .text("branch")
            .text("tip")
            .big("wanted")
            .big("total")
            .big("done")
            .big("failed")
            .text("state")
            .text("error")
            .big_or_null("job_id")
            .boolean("cancel_requested")
            .big_or_null("creator_id")
            .text("creator_name")
            .big("created_at")
            .big_or_null("finished_at")
            .references("plan_id", "scan_plans", Cascade)
            .references("depot_id", "depots", Cascade)
            .references("creator_id", "users", SetNull)
            .indexed(&["plan_id"])
            .indexed(&["state"]);
    },
};

/// What searches found, and messages about that.
pub(super) const FOUND: Migration = Migration {
    name: "analysis_0007_looks_found",
    up: |schema| {
        let found = ColumnDef::new("found").big_integer().not_null().default(0).to_owned();
        let full = ColumnDef::new("full").boolean().not_null().default(false).to_owned();
        schema
            .add_column("scan_backfills", found)
            .add_column("scan_backfills", full)
            .add_column("scan_deliveries", ColumnDef::new("backfill_id").big_integer().to_owned());
    },
};
