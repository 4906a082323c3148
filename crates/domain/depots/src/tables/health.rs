//! How the repositories of depots are, and when they were last looked after.

use base::Timestamp;
use db::ForeignKeyAction::Cascade;
use db::Migration;
use sea_orm::entity::prelude::*;

use crate::DepotId;

pub(crate) const HEALTH: Migration = Migration {
    name: "depots_0051_health",
    up: |schema| {
        schema
            .table("depot_health")
            .big("depot_id")
            .big_or_null("checked_at")
            .text("complaint")
            .big_or_null("tidied_at")
            .text("tidy_error")
            .primary_key(&["depot_id"])
            .references("depot_id", "depots", Cascade);
    },
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "depot_health")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) depot_id: DepotId,
    pub(crate) checked_at: Option<Timestamp>,
    /// Git's; empty where it had none.
    pub(crate) complaint: String,
    pub(crate) tidied_at: Option<Timestamp>,
    /// Empty where all went well.
    pub(crate) tidy_error: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
