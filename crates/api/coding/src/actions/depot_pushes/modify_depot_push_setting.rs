//! `ModifyDepotPushSetting`

use depots::Depot;
use depots::rules::pushes::{self, PushSettingsChange};

use crate::prelude::*;
use crate::shapes::DepotPushSetting;

pub(super) struct ModifyDepotPushSetting;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The settings as they shall be; what is absent stays as it is.
    param: Wanted,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The settings as they are now.
    data: DepotPushSetting,
}

/// The settings as they shall be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Wanted {
    /// Whether author and committer must have a verified mail address of who
    /// pushes.
    check_commit_author: Option<bool>,
    /// Whether history may not be rewritten.
    deny_force_push: Option<bool>,
    /// The largest sum of the files of one commit, in MB; empty for any.
    push_file_size: Option<String>,
    /// What messages must match; at most 256 characters, empty for anything.
    commit_message_must_match_regex: Option<String>,
    /// The files that nobody may push, one pattern a line.
    push_deny_file: Option<String>,
}

fn megabytes(text: &str) -> Result<Option<u64>> {
    crate::shapes::bytes_of("commit_bytes", text, 1 << 20)
}

impl Action for ModifyDepotPushSetting {
    const NAME: &'static str = "ModifyDepotPushSetting";
    const SUMMARY: &'static str = "Changes what pushes to a depot have to keep to.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[
        ("commit_bytes", "Param.PushFileSize"),
        ("message_regex", "Param.CommitMessageMustMatchRegex"),
        ("denied_files", "Param.PushDenyFile"),
    ];
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Answer> {
        let wanted = params.param;
        let change = PushSettingsChange {
            check_author: wanted.check_commit_author,
            deny_force_push: wanted.deny_force_push,
            commit_bytes: wanted.push_file_size.as_deref().map(megabytes).transpose()?,
            file_bytes: None,
            message_regex: wanted.commit_message_must_match_regex,
            denied_files: wanted.push_deny_file,
        };
        Ok(Answer { data: pushes::modify(call, &depot, change).await?.into() })
    }
}
