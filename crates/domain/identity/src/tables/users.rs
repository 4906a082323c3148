//! Users. Nothing secret is in here.

use base::{Timestamp, UserId};
use sea_orm::entity::prelude::*;

use crate::UserStatus;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: UserId,
    pub(crate) uid: String,
    pub(crate) name: String,
    pub(crate) name_key: String,
    pub(crate) display_name: String,
    pub(crate) email: String,
    pub(crate) email_key: Option<String>,
    pub(crate) email_validated: bool,
    pub(crate) phone: String,
    pub(crate) phone_validated: bool,
    pub(crate) avatar: String,
    pub(crate) locale: String,
    pub(crate) status: UserStatus,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) last_activity_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
