//! Scan plans.

use base::{Timestamp, UserId};
use projects::ProjectId;
use sea_orm::entity::prelude::*;

use crate::plan::PlanId;
use crate::ruleset::RulesetId;
use crate::scan::ScanId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "scan_plans")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: PlanId,
    pub(crate) uid: String,
    pub(crate) project_id: ProjectId,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) kind: String,
    pub(crate) ruleset_id: Option<RulesetId>,
    /// JSON of [`Definition`](crate::Definition).
    pub(crate) definition: String,
    pub(crate) settings: String,
    pub(crate) origin: String,
    pub(crate) enabled: bool,
    pub(crate) creator_id: Option<UserId>,
    pub(crate) creator_name: String,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) latest_scan_id: Option<ScanId>,
    pub(crate) latest_result_id: Option<ScanId>,
    /// Who has the right to work on the plan: its scans never overlap.
    pub(crate) running_scan_id: Option<ScanId>,
    /// When its schedule is due; there only with a schedule.
    pub(crate) next_run_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
