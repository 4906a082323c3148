//! Slowing whoever guesses: per account and per network address, with waits
//! that grow. The counts are in the database, so that replicas agree.

use std::net::IpAddr;
use std::time::Duration;

use base::{Error, Result, Timestamp};
use call::Env;
use db::Tx;
use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _};
use sha2::{Digest as _, Sha256};

use crate::tables::sign_in_failures;

/// How failures of one kind of subject are counted.
#[derive(Debug, Clone, Copy)]
struct Rule {
    /// So many failures cost nothing; the next ones cost a wait each.
    free: u32,
    /// The longest wait.
    longest: Duration,
}

/// People mistype; and a stranger who keeps guessing must not be able to keep
/// the owner out for long.
const ACCOUNT: Rule = Rule { free: 4, longest: Duration::from_mins(5) };
/// Many people may share an address.
const ADDRESS: Rule = Rule { free: 19, longest: Duration::from_mins(15) };
/// Failures are forgotten this long after the last one.
const MEMORY: Duration = Duration::from_hours(1);

impl Rule {
    /// The wait after the `failures`-th failure in a row: 1, 2, 4 … seconds.
    fn wait(self, failures: i64) -> Duration {
        let doublings = failures - i64::from(self.free) - 1;
        if doublings < 0 {
            return Duration::ZERO;
        }
        Duration::from_secs(1 << doublings.min(30)).min(self.longest)
    }
}

/// Whose failures one attempt counts among.
#[derive(Debug)]
pub(super) struct Subjects {
    account: String,
    address: Option<String>,
}

impl Subjects {
    /// An attempt to come in as `login` from `address`.
    pub(super) fn new(login: &str, address: Option<IpAddr>) -> Self {
        // What is typed there may be long, and may be a password.
        let digest = hex::encode(Sha256::digest(login.to_lowercase().as_bytes()));
        Self {
            account: format!("account:{digest}"),
            // Behind a proxy on the same machine everybody would be one address,
            // and one who guesses would keep all others out.
            address: address
                .map(|address| address.to_canonical())
                .filter(|address| !address.is_loopback())
                .map(|address| format!("address:{}", network(address))),
        }
    }

    fn all(&self) -> impl Iterator<Item = (&str, Rule)> {
        let address = self.address.as_deref().map(|subject| (subject, ADDRESS));
        std::iter::once((self.account.as_str(), ACCOUNT)).chain(address)
    }
}

/// One subscriber of IPv6 has a whole /64 to himself.
fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Refuses the attempt while a wait is running.
///
/// # Errors
/// `Limit` with the rest of the wait.
pub(super) async fn allow(env: &Env, subjects: &Subjects) -> Result<()> {
    let now = env.clock.now();
    let waits = sign_in_failures::Entity::find()
        .filter(sign_in_failures::Column::Subject.is_in(subjects.all().map(|(name, _)| name)))
        .filter(sign_in_failures::Column::WaitUntil.gt(now))
        .all(env.db.reader())
        .await?;
    match waits.iter().map(|row| row.wait_until).max() {
        None => Ok(()),
        Some(until) => Err(Error::Limit {
            why: "too many failed sign-ins; wait before the next".into(),
            retry_after: Some(until.since(now)),
        }),
    }
}

/// Counts a failure.
pub(super) async fn failed(tx: &Tx, env: &Env, subjects: &Subjects) -> Result<()> {
    let now = env.clock.now();
    for (subject, rule) in subjects.all() {
        db::lock_in_transaction(&**tx, &format!("identity:{subject}")).await?;
        let old = sign_in_failures::Entity::find_by_id(subject.to_owned()).one(&**tx).await?;
        let failures = match old {
            Some(row) if now.since(row.last_failed_at) < MEMORY => row.failures + 1,
            _ => 1,
        };
        write(tx, subject, failures, now, now.after(rule.wait(failures))).await?;
    }
    Ok(())
}

async fn write(
    tx: &Tx,
    subject: &str,
    failures: i64,
    now: Timestamp,
    until: Timestamp,
) -> Result<()> {
    use sign_in_failures::Column;
    let statement = Query::insert()
        .into_table(sign_in_failures::Entity)
        .columns([Column::Subject, Column::Failures, Column::LastFailedAt, Column::WaitUntil])
        .values_panic([subject.into(), failures.into(), now.into(), until.into()])
        .on_conflict(
            OnConflict::column(Column::Subject)
                .update_columns([Column::Failures, Column::LastFailedAt, Column::WaitUntil])
                .to_owned(),
        )
        .to_owned();
    tx.execute(&statement).await?;
    Ok(())
}

/// Forgets the failures of the account after a success. Those of the address
/// stay: one's own account must not pay for guessing at others.
pub(super) async fn succeeded(env: &Env, subjects: &Subjects) -> Result<()> {
    let known = sign_in_failures::Entity::find_by_id(subjects.account.clone());
    if known.one(env.db.reader()).await?.is_none() {
        return Ok(());
    }
    let tx = env.db.begin().await?;
    sign_in_failures::Entity::delete_by_id(subjects.account.clone()).exec(&*tx).await?;
    tx.commit().await
}

/// Deletes counts that no longer count. Returns how many.
pub(crate) async fn prune(tx: &Tx, env: &Env) -> Result<u64> {
    let old = env.clock.now().before(MEMORY);
    let done = sign_in_failures::Entity::delete_many()
        .filter(sign_in_failures::Column::LastFailedAt.lte(old))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_limit() {
        let waits: Vec<u64> = (1..=8).map(|n| ACCOUNT.wait(n).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8]);
        assert_eq!(ACCOUNT.wait(13).as_secs(), 256);
        assert_eq!(ACCOUNT.wait(14).as_secs(), 300);
        assert_eq!(ACCOUNT.wait(i64::MAX).as_secs(), 300);
        assert_eq!((ADDRESS.wait(19).as_secs(), ADDRESS.wait(20).as_secs()), (0, 1));
    }

    #[test]
    fn a_subscriber_is_one_address() {
        let subject = |text: &str| Subjects::new("ada", text.parse().ok()).address;
        assert_eq!(subject("2001:db8:1:2:3::1"), subject("2001:db8:1:2:ffff::9"));
        assert_ne!(subject("2001:db8:1:2::1"), subject("2001:db8:1:3::1"));
        assert_eq!(subject("::ffff:192.0.2.1").as_deref(), Some("address:192.0.2.1"));
        for loopback in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(subject(loopback), None);
        }
    }
}
