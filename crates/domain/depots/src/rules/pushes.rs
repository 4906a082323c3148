//! What every push has to keep to: whose commits, which messages, which files.

use base::{Administer, AtLeast, Error, Granted, Read, Result, Right};
use call::Call;
use regex::{Regex, RegexBuilder};
use sea_orm::ActiveModelTrait as _;
use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::pattern::PathPatterns;
use super::store;
use crate::Depot;
use crate::tables::rules::depot_settings::{ActiveModel, Model};

/// What every push has to keep to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PushSettings {
    /// Whether author and committer of a commit must have a verified mail
    /// address of who pushes it.
    pub check_author: bool,
    /// Whether no branch's history may be rewritten and no tag moved.
    pub deny_force_push: bool,
    /// The largest sum of the files that one commit brings, in bytes.
    pub commit_bytes: Option<u64>,
    /// The largest single file, in bytes.
    pub file_bytes: Option<u64>,
    /// What the message of every commit must match; empty for anything.
    pub message_regex: String,
    /// Patterns of the files that nobody may push.
    pub denied_files: Vec<String>,
}

/// What is to be changed; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PushSettingsChange {
    /// [`PushSettings::check_author`].
    pub check_author: Option<bool>,
    /// [`PushSettings::deny_force_push`].
    pub deny_force_push: Option<bool>,
    /// [`PushSettings::commit_bytes`].
    pub commit_bytes: Option<Option<u64>>,
    /// [`PushSettings::file_bytes`].
    pub file_bytes: Option<Option<u64>>,
    /// [`PushSettings::message_regex`].
    pub message_regex: Option<String>,
    /// [`PushSettings::denied_files`], one a line.
    pub denied_files: Option<String>,
}

impl From<&Model> for PushSettings {
    fn from(row: &Model) -> Self {
        let bytes = |bytes: Option<i64>| bytes.and_then(|bytes| u64::try_from(bytes).ok());
        Self {
            check_author: row.check_author,
            deny_force_push: row.deny_force_push,
            commit_bytes: bytes(row.commit_bytes),
            file_bytes: bytes(row.file_bytes),
            message_regex: row.message_regex.clone(),
            denied_files: row.denied_files.lines().map(str::to_owned).collect(),
        }
    }
}

const MAX_REGEX: usize = 256;

/// Compiled, an expression may take this much memory.
const REGEX_BYTES: usize = 1 << 20;

/// Reads an expression that messages must match. Matching takes time in the
/// length of the message only.
pub(super) fn expression(field: &'static str, text: &str) -> Result<Option<Regex>> {
    if text.is_empty() {
        return Ok(None);
    }
    if text.chars().count() > MAX_REGEX {
        return Err(Error::invalid(field, "must have at most 256 characters"));
    }
    let regex = RegexBuilder::new(text).size_limit(REGEX_BYTES).dfa_size_limit(REGEX_BYTES).build();
    regex.map(Some).map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => Error::invalid(field, "is too large an expression"),
        error => {
            let words = error.to_string();
            let last = words.lines().last().unwrap_or_default().trim_start_matches("error: ");
            Error::invalid(field, format!("is not a regular expression: {last}"))
        }
    })
}

/// What pushes to a depot have to keep to.
///
/// # Errors
/// When the database cannot be read.
pub async fn get<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
) -> Result<PushSettings> {
    Ok((&store::find_or_default(call.db.reader(), depot.id).await?).into())
}

/// Changes what pushes to a depot have to keep to.
///
/// # Errors
/// `Invalid` naming the field.
pub async fn modify(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    change: PushSettingsChange,
) -> Result<PushSettings> {
    let tx = call.db.begin().await?;
    let mut active: ActiveModel = store::ensure(&tx, depot.id).await?.into();
    if let Some(text) = change.message_regex {
        expression("message_regex", &text)?;
        active.message_regex = Set(text);
    }
    if let Some(text) = change.denied_files {
        let patterns = PathPatterns::parse("denied_files", text.lines())?;
        active.denied_files = Set(patterns.as_slice().join("\n"));
    }
    if let Some(bytes) = change.commit_bytes {
        active.commit_bytes = Set(stored("commit_bytes", bytes)?);
    }
    if let Some(bytes) = change.file_bytes {
        active.file_bytes = Set(stored("file_bytes", bytes)?);
    }
    if let Some(value) = change.check_author {
        active.check_author = Set(value);
    }
    if let Some(value) = change.deny_force_push {
        active.deny_force_push = Set(value);
    }
    // An update with nothing changed is refused.
    active.depot_id = Set(depot.id);
    let row = active.update(&*tx).await?;
    let details = json!({
        "check_author": row.check_author, "deny_force_push": row.deny_force_push,
        "commit_bytes": row.commit_bytes, "file_bytes": row.file_bytes,
        "message_regex": row.message_regex, "denied_files": row.denied_files,
    });
    store::record(call, &tx, depot, "depot.push_settings.changed", details).await?;
    tx.commit().await?;
    Ok((&row).into())
}

fn stored(field: &'static str, bytes: Option<u64>) -> Result<Option<i64>> {
    match bytes {
        Some(0) => Err(Error::invalid(field, "must be more than nothing")),
        Some(bytes) => match i64::try_from(bytes) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(_) => Err(Error::invalid(field, "is too large")),
        },
        None => Ok(None),
    }
}
