//! Projects.

use base::{TeamId, Timestamp, UserId};
use sea_orm::entity::prelude::*;

use crate::{Project, ProjectId, Template};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "projects")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: ProjectId,
    pub(crate) uid: String,
    pub(crate) team_id: TeamId,
    pub(crate) name: String,
    pub(crate) display_name: String,
    pub(crate) description: String,
    pub(crate) icon: String,
    pub(crate) shared: bool,
    pub(crate) template: String,
    pub(crate) start_date: Option<String>,
    pub(crate) end_date: Option<String>,
    pub(crate) archived: bool,
    pub(crate) creator_id: Option<UserId>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Project {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            uid: row.uid,
            team: row.team_id,
            name: row.name,
            display_name: row.display_name,
            description: row.description,
            icon: row.icon,
            shared: row.shared,
            template: Template::from_stored(&row.template),
            start_date: row.start_date,
            end_date: row.end_date,
            archived: row.archived,
            creator: row.creator_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}
