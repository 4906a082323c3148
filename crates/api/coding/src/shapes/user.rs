//! A user as a member of the team.

use base::TeamId;
use identity::User;
use schemars::JsonSchema;
use serde::Serialize;

use super::pinyin;

/// A user.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UserData {
    /// His number.
    id: i64,
    /// The team's number.
    team_id: i64,
    /// His name for people.
    name: String,
    /// His name as it is spoken, in Latin letters.
    name_pin_yin: String,
    /// His unique name, by which other actions are told of him.
    global_key: String,
    /// The address of a picture.
    avatar: String,
    /// His mail address.
    email: String,
    /// His telephone number.
    phone: String,
    /// 1 if the mail address is known to be his, else 0.
    email_validation: i64,
    /// 1 if the telephone number is known to be his, else 0.
    phone_validation: i64,
    /// 1 if he may come in, -1 if he is blocked.
    status: i64,
}

impl UserData {
    /// `user` as a member of `team`.
    pub(crate) fn new(team: TeamId, user: User) -> Self {
        Self {
            id: user.id.0,
            team_id: team.0,
            name_pin_yin: pinyin(&user.display_name),
            status: status(&user),
            email_validation: user.email_validated.into(),
            phone_validation: user.phone_validated.into(),
            name: user.display_name,
            global_key: user.name,
            avatar: user.avatar,
            email: user.email,
            phone: user.phone,
        }
    }
}

/// 1 for whoever may come in, -1 for whoever is blocked.
pub(crate) fn status(user: &User) -> i64 {
    if user.is_active() { 1 } else { -1 }
}
