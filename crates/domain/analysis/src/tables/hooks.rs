//! Who is told of scans that have ended.

use base::{Timestamp, UserId};
use db::Migration;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ColumnDef;

use crate::plan::PlanId;

/// Receivers of letters read a language.
pub(super) const LANGUAGES: Migration = Migration {
    name: "analysis_pages_0001_languages",
    up: |schema| {
        schema.add_column("scan_hooks", ColumnDef::new("language").text().to_owned());
    },
};

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
    /// Of letters: `en` or `zh`.
    pub(crate) language: Option<String>,
    pub(crate) only_failures: bool,
    pub(crate) enabled: bool,
    pub(crate) creator_id: Option<UserId>,
    pub(crate) created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
