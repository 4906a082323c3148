//! Users: finding them, listing a team's, making and changing them.

mod directory;
mod manage;

pub use directory::{
    Member, MemberFilter, by_email, by_ids, by_login, by_name, by_names, get, member,
    members_by_mails, team_members,
};
pub use manage::{
    CreatedUser, NewUser, ProfileChange, block, create_user, reset_password, unblock,
    update_profile,
};
pub(crate) use manage::{insert, touch};

use base::{Timestamp, UserId};

use crate::tables::users;

/// A person or a machine account. Nothing secret is in here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The number.
    pub id: UserId,
    /// 32 hexadecimal characters that never change.
    pub uid: String,
    /// The unique name, by which other systems know the user.
    pub name: String,
    /// The name for people.
    pub display_name: String,
    /// The mail address, or nothing.
    pub email: String,
    /// Whether the mail address is known to be his.
    pub email_validated: bool,
    /// The telephone number, or nothing.
    pub phone: String,
    /// Whether the telephone number is known to be his.
    pub phone_validated: bool,
    /// The address of a picture, or nothing.
    pub avatar: String,
    /// The language that he reads: `en`, `zh`, or nothing for what the browser says.
    pub locale: String,
    /// Whether he may come in.
    pub status: UserStatus,
    /// When the user was made.
    pub created_at: Timestamp,
    /// When anything of this last changed.
    pub updated_at: Timestamp,
    /// When he last did something; exact to ten minutes.
    pub last_activity_at: Option<Timestamp>,
}

impl From<users::Model> for User {
    fn from(row: users::Model) -> Self {
        Self {
            id: row.id,
            uid: row.uid,
            name: row.name,
            display_name: row.display_name,
            email: row.email,
            email_validated: row.email_validated,
            phone: row.phone,
            phone_validated: row.phone_validated,
            avatar: row.avatar,
            locale: row.locale,
            status: row.status,
            created_at: row.created_at,
            updated_at: row.updated_at,
            last_activity_at: row.last_activity_at,
        }
    }
}

/// Whether a user may come in.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    sea_orm::EnumIter,
    sea_orm::DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "lowercase")]
pub enum UserStatus {
    /// He may.
    #[sea_orm(string_value = "active")]
    Active,
    /// He may not, by any way.
    #[sea_orm(string_value = "blocked")]
    Blocked,
}

impl User {
    /// Whether he may come in.
    pub fn is_active(&self) -> bool {
        self.status == UserStatus::Active
    }
}

/// How a user is named in the audit log.
pub(crate) fn subject(user: base::UserId) -> String {
    format!("user:{user}")
}
