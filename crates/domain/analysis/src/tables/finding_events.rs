//! What happened to findings after they were found.

use base::{Timestamp, UserId};
use sea_orm::entity::prelude::*;

use crate::finding::FindingId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "finding_events")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) finding_id: FindingId,
    pub(crate) kind: String,
    pub(crate) scan_number: Option<i64>,
    pub(crate) commit_id: String,
    pub(crate) user_id: Option<UserId>,
    pub(crate) user_name: String,
    pub(crate) note: String,
    pub(crate) at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
