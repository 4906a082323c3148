//! Who is told of scans that have ended.

use base::{Timestamp, UserId};
use sea_orm::entity::prelude::*;

use crate::plan::PlanId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "scan_hooks")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) plan_id: PlanId,
    pub(crate) name: String,
    pub(crate) kind: String,
    /// The host of the address, to show.
    pub(crate) host: String,
    /// Sealed.
    pub(crate) address: Vec<u8>,
    /// Sealed.
    pub(crate) secret: Option<Vec<u8>>,
    pub(crate) only_failures: bool,
    pub(crate) enabled: bool,
    pub(crate) creator_id: Option<UserId>,
    pub(crate) created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
