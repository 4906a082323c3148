//! `DescribeCodingCurrentUser`

use crate::prelude::*;
use crate::shapes::{pinyin, status};

pub(super) struct DescribeCodingCurrentUser;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    user: CurrentUser,
}

/// The user who asks.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct CurrentUser {
    /// His number.
    id: i64,
    /// 1 if he may come in.
    status: i64,
    /// His mail address; empty for a token without the scope `user:email`.
    email: String,
    /// His unique name.
    global_key: String,
    /// The address of a picture.
    avatar: String,
    /// His name for people.
    name: String,
    /// His name as it is spoken, in Latin letters.
    name_pin_yin: String,
    /// His telephone number, without the region.
    phone: String,
    /// 1 if the telephone number is known to be his, else 0.
    phone_validation: i64,
    /// 1 if the mail address is known to be his, else 0.
    email_validation: i64,
    /// The telephone number's region: `+86`.
    phone_region_code: String,
    /// The team's number.
    team_id: i64,
}

impl Action for DescribeCodingCurrentUser {
    const NAME: &'static str = "DescribeCodingCurrentUser";
    const SUMMARY: &'static str = "Tells who the caller is.";
    const ACCESS: Access = Access::Reads(&[Scope::User]);
    type Needs = SignedIn;
    type Params = NoParams;
    type Answer = Answer;

    async fn run(call: &Call, caller: UserActor, _: NoParams) -> Result<Answer> {
        let user = identity::users::get(call.db.reader(), caller.id).await?;
        let shows_email = caller.scopes.can_read(Scope::UserEmail);
        let (region, phone) = region_and_number(&user.phone);
        Ok(Answer {
            user: CurrentUser {
                id: user.id.0,
                status: status(&user),
                phone: phone.to_owned(),
                phone_region_code: region.to_owned(),
                phone_validation: user.phone_validated.into(),
                email_validation: user.email_validated.into(),
                name_pin_yin: pinyin(&user.display_name),
                email: if shows_email { user.email } else { String::new() },
                global_key: user.name,
                avatar: user.avatar,
                name: user.display_name,
                team_id: caller.team.0,
            },
        })
    }
}

/// Numbers without a region are taken for Chinese ones, as the example does.
fn region_and_number(phone: &str) -> (&str, &str) {
    let home = if phone.is_empty() { "" } else { "+86" };
    if !phone.starts_with('+') {
        return (home, phone);
    }
    phone.split_once([' ', '-']).unwrap_or((home, phone.strip_prefix("+86").unwrap_or(phone)))
}

#[cfg(test)]
mod tests {
    use super::region_and_number;

    #[test]
    fn the_region_stands_before_the_number() {
        assert_eq!(region_and_number(""), ("", ""));
        assert_eq!(region_and_number("13800138000"), ("+86", "13800138000"));
        assert_eq!(region_and_number("+8613800138000"), ("+86", "13800138000"));
        assert_eq!(region_and_number("+49 30 1234"), ("+49", "30 1234"));
    }
}
