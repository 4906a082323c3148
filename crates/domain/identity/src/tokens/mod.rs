//! Bearer tokens: personal ones, short-lived ones, and those of applications.
//! A token is found by its SHA-256; the token itself is shown once, and kept,
//! sealed, only where the team lets requests be signed with it.

mod find;
mod manage;
mod temporary;
mod ticket;

pub(crate) use find::find;
pub(crate) use manage::home;
pub use manage::{CreatedToken, NewToken, Token, create, list, revoke};
pub use temporary::{Temporary, issue_temporary};
pub(crate) use ticket::signed_ticket;

/// What a token is.
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
pub enum TokenKind {
    /// Made by a user for his own programs.
    #[sea_orm(string_value = "personal")]
    Personal,
    /// Given for a password, good for a day.
    #[sea_orm(string_value = "temporary")]
    Temporary,
    /// Given to an application that the user has let in.
    #[sea_orm(string_value = "oauth")]
    OAuth,
}
