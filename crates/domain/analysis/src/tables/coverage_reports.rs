//! Which lines of a commit tests have run.

use base::{Timestamp, UserId};
use depots::DepotId;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "coverage_reports")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) depot_id: DepotId,
    pub(crate) sha: String,
    /// Which tests: a commit may have a report of each kind.
    pub(crate) flag: String,
    pub(crate) format: String,
    pub(crate) hit: i64,
    pub(crate) lines: i64,
    /// The packed form of the lines.
    pub(crate) body: Vec<u8>,
    pub(crate) creator_id: Option<UserId>,
    pub(crate) created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
