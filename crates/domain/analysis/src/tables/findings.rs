//! Findings and where they stand.

use base::{Timestamp, UserId};
use depots::DepotId;
use sea_orm::entity::prelude::*;

use crate::finding::FindingId;
use crate::plan::PlanId;
use crate::scan::ScanId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "findings")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: FindingId,
    pub(crate) plan_id: PlanId,
    pub(crate) lane: String,
    pub(crate) depot_id: DepotId,
    pub(crate) path: String,
    pub(crate) language: String,
    pub(crate) rule: String,
    pub(crate) category: String,
    /// 1 info to 4 fatal, so that it sorts.
    pub(crate) severity: i64,
    pub(crate) line: i64,
    pub(crate) column_from: i64,
    pub(crate) end_line: i64,
    pub(crate) end_column: i64,
    pub(crate) message: String,
    pub(crate) symbol: String,
    pub(crate) uncertain: bool,
    /// The scanner's context hashes, 40 bytes.
    pub(crate) place: Vec<u8>,
    pub(crate) state: String,
    pub(crate) first_scan_id: ScanId,
    pub(crate) first_number: i64,
    pub(crate) first_commit: String,
    pub(crate) first_at: Timestamp,
    /// The scan before the one that did not see it any more; of findings that
    /// are there, the one that last changed the row.
    pub(crate) last_scan_id: ScanId,
    pub(crate) last_number: i64,
    pub(crate) last_commit: String,
    pub(crate) last_at: Timestamp,
    pub(crate) fixed_scan_id: Option<ScanId>,
    pub(crate) fixed_number: Option<i64>,
    pub(crate) fixed_commit: Option<String>,
    pub(crate) fixed_at: Option<Timestamp>,
    pub(crate) author_name: Option<String>,
    pub(crate) author_mail: Option<String>,
    pub(crate) author_commit: Option<String>,
    pub(crate) authored_at: Option<Timestamp>,
    pub(crate) ignore_reason: Option<String>,
    pub(crate) ignore_note: Option<String>,
    pub(crate) ignored_by: Option<UserId>,
    pub(crate) ignored_by_name: Option<String>,
    pub(crate) ignored_at: Option<Timestamp>,
    pub(crate) ignored_until: Option<Timestamp>,
    /// The exception because of which it is ignored.
    pub(crate) exception_id: Option<i64>,
    pub(crate) assignee_id: Option<UserId>,
    pub(crate) assignee_name: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
