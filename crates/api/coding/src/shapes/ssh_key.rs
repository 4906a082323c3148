//! Public keys of people and of depots.

use base::{Error, Result, Timestamp};
use call::Call;
use depots::keys::DeployKey;
use identity::SshKey;
use identity::ssh_keys::NewSshKey;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the document writes "for ever".
const NEVER: &str = "9999-12-31";

/// A key to be added.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct NewKey {
    /// What its owner calls it; the key's own comment where it is empty.
    title: Option<String>,
    /// The content of the `.pub` file.
    content: String,
    /// The last day on which it is good, in UTC: `2030-12-31`. For ever
    /// without, or with `9999-12-31`.
    expiration_date: Option<String>,
}

impl NewKey {
    /// The same as the domain wants it.
    ///
    /// # Errors
    /// `Invalid` on `ExpirationDate`.
    pub(crate) fn read(self) -> Result<NewSshKey> {
        Ok(NewSshKey {
            title: self.title.unwrap_or_default(),
            content: self.content,
            expires_at: end_of(self.expiration_date.as_deref().unwrap_or_default().trim())?,
        })
    }
}

/// The end of the day `text` in UTC.
fn end_of(text: &str) -> Result<Option<Timestamp>> {
    if text.is_empty() || text == NEVER {
        return Ok(None);
    }
    let wrong = |_| Error::invalid("ExpirationDate", "must be a date: 2030-12-31");
    let day: Date = text.parse().map_err(wrong)?;
    let end = day.tomorrow().and_then(|next| next.to_zoned(TimeZone::UTC)).map_err(wrong)?;
    Ok(Some(Timestamp(end.timestamp().as_millisecond())))
}

/// The last day on which it is good.
fn last_day(expires_at: Option<Timestamp>) -> String {
    let Some(end) = expires_at else { return NEVER.to_owned() };
    let last = Timestamp(end.millis().saturating_sub(1)).to_jiff();
    last.to_zoned(TimeZone::UTC).date().to_string()
}

/// A person's key.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SshKeyInfo {
    /// Its number.
    id: i64,
    /// The number of its owner.
    owner_id: i64,
    /// What its owner calls it.
    title: String,
    /// The MD5 fingerprint: 16 hexadecimal numbers, separated by colons.
    finger_print: String,
    /// When it was added.
    created_at: i64,
    /// The last day on which it is good; `9999-12-31` for ever.
    expiration_date: String,
    /// Whether that day is over.
    has_expired: bool,
}

impl SshKeyInfo {
    pub(crate) fn new(call: &Call, key: SshKey) -> Self {
        Self {
            id: key.id.0,
            owner_id: key.user.map_or(0, |user| user.0),
            created_at: key.created_at.millis(),
            expiration_date: last_day(key.expires_at),
            has_expired: key.has_expired(call.clock.now()),
            title: key.title,
            finger_print: key.fingerprint_md5,
        }
    }

    /// Those of `keys` that are wanted: the one of that number, or all.
    pub(crate) fn wanted(call: &Call, keys: Vec<SshKey>, number: Option<i64>) -> Vec<Self> {
        // Generated clients send 0 for what they leave out.
        let number = number.filter(|number| *number != 0);
        let wanted = keys.into_iter().filter(|key| number.is_none_or(|it| it == key.id.0));
        wanted.map(|key| Self::new(call, key)).collect()
    }
}

/// A key of a depot.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeployKeyInfo {
    /// Its number.
    key_id: i64,
    /// The number of the depot that it opens.
    depot_id: i64,
    /// The unique name of who added it.
    owner_name: String,
    /// What it is called.
    title: String,
    /// The MD5 fingerprint: 16 hexadecimal numbers, separated by colons.
    finger_print: String,
    /// When it was added.
    created_at: i64,
    /// The last day on which it is good; `9999-12-31` for ever.
    expiration_date: String,
    /// Whether that day is over.
    has_expired: bool,
    /// Whether it may push.
    allow_write: bool,
}

impl DeployKeyInfo {
    pub(crate) fn new(call: &Call, deploy: DeployKey) -> Self {
        let key = deploy.key;
        Self {
            key_id: key.id.0,
            depot_id: deploy.depot.0,
            owner_name: deploy.creator.map(|user| user.name).unwrap_or_default(),
            created_at: key.created_at.millis(),
            expiration_date: last_day(key.expires_at),
            has_expired: key.has_expired(call.clock.now()),
            title: key.title,
            finger_print: key.fingerprint_md5,
            allow_write: deploy.may_write,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_counts_to_its_end() {
        let end = end_of("2022-09-09").unwrap();
        assert_eq!(end, Some(Timestamp(1_662_768_000_000)));
        assert_eq!(last_day(end), "2022-09-09");
        assert_eq!(end_of("").unwrap(), None);
        assert_eq!((end_of(NEVER).unwrap(), last_day(None).as_str()), (None, NEVER));
        for wrong in ["soon", "2022-13-01", "2022-02-30", "-009999-01-01x"] {
            assert!(end_of(wrong).is_err(), "{wrong}");
        }
    }
}
