//! A row of the table `jobs`.

use base::Timestamp;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait,
    EnumIter, PrimaryKeyTrait,
};

use crate::JobId;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: JobId,
    pub kind: String,
    pub queue: String,
    pub label: String,
    pub subject: Option<String>,
    /// Kind and key while the job waits for its first turn; unique.
    pub dedupe: Option<String>,
    pub payload: String,
    pub state: String,
    pub priority: i64,
    pub attempt: i64,
    pub attempts: i64,
    pub created_at: Timestamp,
    pub run_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub worker: Option<String>,
    pub lease_until: Option<Timestamp>,
    pub cancel_requested: bool,
    pub progress_done: i64,
    pub progress_total: i64,
    pub progress_message: String,
    pub error: Option<String>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
