//! The settings of a depot; no row means that all are as they come.

use sea_orm::entity::prelude::*;

use crate::DepotId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "depot_settings")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) depot_id: DepotId,
    pub(crate) check_author: bool,
    pub(crate) deny_force_push: bool,
    /// The largest sum of the files of one commit, in bytes.
    pub(crate) commit_bytes: Option<i64>,
    /// The largest single file, in bytes.
    pub(crate) file_bytes: Option<i64>,
    pub(crate) message_regex: String,
    /// Patterns, one a line.
    pub(crate) denied_files: String,
    pub(crate) quota_bytes: Option<i64>,
    /// `` for none, `system`, or `stored`.
    pub(crate) spec_kind: String,
    /// Which of the built-in ones.
    pub(crate) spec_title: String,
    /// Which of the stored ones.
    pub(crate) spec_id: Option<i64>,
    pub(crate) status_check: bool,
    pub(crate) delete_source: bool,
    pub(crate) fast_forward: bool,
    pub(crate) cancel_grants: bool,
    pub(crate) all_reviewers: bool,
    /// `no_squash`, `default_squash` or `force_squash`.
    pub(crate) squash: String,
    pub(crate) target_branch: String,
    pub(crate) merge_template: String,
    pub(crate) squash_template: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
