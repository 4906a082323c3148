//! What pushes have to keep to, and who may push which files.

use base::{AtLeast, Error, Granted, Read, Result, Right};
use call::Call;
use depots::Depot;
use depots::rules::files::{self, FilePrivilege, FileRule};
use depots::rules::pushes::PushSettings;
use depots::rules::refs::ProtectedTag;
use depots::rules::{Holder, Subject};
use projects::ProjectRole;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Role;

/// What pushes have to keep to.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DepotPushSetting {
    /// Whether author and committer must have a verified mail address of who
    /// pushes.
    check_commit_author: bool,
    /// Whether history may not be rewritten.
    deny_force_push: bool,
    /// The largest sum of the files of one commit, in MB; empty for any.
    push_file_size: String,
    /// What messages must match; empty for anything.
    commit_message_must_match_regex: String,
    /// The files that nobody may push, one pattern a line.
    push_deny_file: String,
}

impl From<PushSettings> for DepotPushSetting {
    fn from(settings: PushSettings) -> Self {
        Self {
            check_commit_author: settings.check_author,
            deny_force_push: settings.deny_force_push,
            push_file_size: settings.commit_bytes.map(in_megabytes).unwrap_or_default(),
            commit_message_must_match_regex: settings.message_regex,
            push_deny_file: settings.denied_files.join("\n"),
        }
    }
}

/// As [`bytes_of`] reads it: exact to the byte.
fn in_megabytes(bytes: u64) -> String {
    let (whole, rest) = (bytes >> 20, bytes & ((1 << 20) - 1));
    let fraction = format!("{:.7}", rest as f64 / f64::from(1 << 20));
    let digits = fraction.trim_start_matches('0').trim_end_matches('0').trim_end_matches('.');
    format!("{whole}{digits}")
}

/// A number of units, as `12` or `0.9`, in bytes; nothing for an empty text.
///
/// # Errors
/// `Invalid` on `field`.
pub(crate) fn bytes_of(field: &'static str, text: &str, unit: u64) -> Result<Option<u64>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let number: f64 = text
        .parse()
        .ok()
        .filter(|number: &f64| (0.0..1e9).contains(number))
        .ok_or_else(|| Error::invalid(field, "must be a number, as 12 or 0.9"))?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between nothing and 2^60"
    )]
    let bytes = (number * unit as f64).round() as u64;
    Ok(Some(bytes))
}

/// The rules for who may push which files.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GitFilePushRules {
    /// The rules, the oldest first.
    git_file_push_rule: Vec<GitFilePushRule>,
}

impl GitFilePushRules {
    /// Those of a depot.
    pub(crate) async fn of<R: Right + AtLeast<Read>>(
        call: &Call,
        depot: &Granted<Depot, R>,
    ) -> Result<Self> {
        let rules = files::list(call, depot).await?;
        Ok(Self { git_file_push_rule: rules.into_iter().map(GitFilePushRule::from).collect() })
    }
}

/// A rule for who may push which files.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GitFilePushRule {
    /// Its number.
    file_push_rule_id: i64,
    /// Whether nobody may push the files of whom nothing else is said.
    is_deny_for_all_user: bool,
    /// The files.
    pattern: String,
    /// Of whom something else is said.
    privileges: Vec<GitFilePushRulePrivilege>,
}

impl From<FileRule> for GitFilePushRule {
    fn from(rule: FileRule) -> Self {
        Self {
            file_push_rule_id: rule.id,
            is_deny_for_all_user: rule.deny_all,
            pattern: rule.pattern,
            privileges: rule.privileges.into_iter().map(GitFilePushRulePrivilege::from).collect(),
        }
    }
}

/// What a rule says of a user or a role.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GitFilePushRulePrivilege {
    /// Whether he may not push the files.
    is_deny: bool,
    /// Whether it is said of a user.
    is_user: bool,
    /// Whether it is said of a role.
    is_role: bool,
    /// The user; empty for a role.
    user: GitFilePushRuleUser,
    /// The role; empty for a user.
    role: GitFilePushRuleRole,
}

/// A user.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct GitFilePushRuleUser {
    /// His name for people.
    name: String,
    /// His unique name.
    global_key: String,
    /// The address of a picture.
    avatar: String,
}

/// A role.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct GitFilePushRuleRole {
    /// Its Chinese name.
    name: &'static str,
    /// Its number.
    role_id: i64,
}

impl From<FilePrivilege> for GitFilePushRulePrivilege {
    fn from(privilege: FilePrivilege) -> Self {
        let mut shown = Self {
            is_deny: privilege.deny,
            is_user: false,
            is_role: false,
            user: GitFilePushRuleUser::default(),
            role: GitFilePushRuleRole::default(),
        };
        match privilege.holder {
            Holder::User(user) => {
                shown.is_user = true;
                shown.user = GitFilePushRuleUser {
                    name: user.display_name,
                    global_key: user.name,
                    avatar: user.avatar,
                };
            }
            Holder::Role(role) => {
                shown.is_role = true;
                let name = Role::from(role).name();
                shown.role = GitFilePushRuleRole { name, role_id: role.id() };
            }
            Holder::DeployKey(_) => {}
        }
        shown
    }
}

/// A user or a role, as it is named in requests.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Privileged {
    /// Whether it is a user; of the two exactly one must be `true`.
    is_user: Option<bool>,
    /// Whether it is a role.
    is_role: Option<bool>,
    /// The unique name of the user.
    user_global_key: Option<String>,
    /// The number of the role, as `DescribeProjectRoles` lists it.
    role_id: Option<i64>,
}

impl Privileged {
    /// # Errors
    /// `Invalid` unless it is one of both; `Missing` for what names it.
    pub(crate) fn read(self) -> Result<Subject> {
        match (self.is_user.unwrap_or_default(), self.is_role.unwrap_or_default()) {
            (true, false) => match self.user_global_key.filter(|name| !name.is_empty()) {
                Some(name) => Ok(Subject::User(name)),
                None => Err(Error::missing("UserGlobalKey")),
            },
            (false, true) => {
                let id = self.role_id.ok_or_else(|| Error::missing("RoleId"))?;
                let role = ProjectRole::from_id(id);
                let unknown = || Error::invalid("RoleId", "is not the number of a role");
                Ok(Subject::Role(role.ok_or_else(unknown)?))
            }
            (false, false) if self.is_user.is_none() && self.is_role.is_none() => {
                Err(Error::missing("IsUser"))
            }
            _ => Err(Error::invalid("IsUser", "or IsRole must be true, and not both")),
        }
    }
}

/// What a rule is to say of somebody.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct NewPrivilege {
    /// The number of the rule.
    pub(crate) file_push_rule_id: i64,
    /// Whether he may not push the files.
    pub(crate) is_deny: bool,
    /// Of whom.
    #[serde(rename = "..")]
    pub(crate) who: Privileged,
}

/// A protected tag.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ProtectedGitTag {
    /// Its name.
    tag_name: String,
    /// What it says, or else the message of its commit.
    message: String,
}

impl From<ProtectedTag> for ProtectedGitTag {
    fn from(tag: ProtectedTag) -> Self {
        Self { tag_name: tag.name, message: tag.message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_survive_their_text() {
        for bytes in [1, 1 << 20, 3 << 19, (7 << 20) + 12_345, 1_048_575] {
            let text = in_megabytes(bytes);
            assert_eq!(bytes_of("x", &text, 1 << 20).unwrap(), Some(bytes), "{text}");
        }
        assert_eq!((in_megabytes(5 << 20), in_megabytes(1 << 19)), ("5".into(), "0.5".into()));
        assert_eq!(bytes_of("x", " ", 1).unwrap(), None);
        for bad in ["x", "-1", "1e10", "NaN", "1 MB", "inf"] {
            assert!(bytes_of("x", bad, 1).is_err(), "{bad}");
        }
    }
}
