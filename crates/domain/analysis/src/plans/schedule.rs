//! When a schedule comes next.

use base::{Error, Result, Timestamp};

/// The least time between two scans of a schedule.
const LEAST_SECONDS: i64 = 300;
const MAX_LENGTH: usize = 200;

/// The first time after `now` that five fields as cron has them name in a time
/// zone; UTC where it is blank.
///
/// # Errors
/// `Invalid` on `schedule` for what cannot be read, never comes, or comes more
/// often than every five minutes.
pub(super) fn next(schedule: &str, zone: &str, now: Timestamp) -> Result<Timestamp> {
    let wrong = |why: &'static str| Error::invalid("schedule", why);
    if schedule.len() > MAX_LENGTH || zone.len() > MAX_LENGTH {
        return Err(wrong("must have at most 200 characters"));
    }
    let zone = match zone.trim() {
        "" => "UTC",
        zone => zone,
    };
    let table = cronexpr::parse_crontab(&format!("{} {zone}", schedule.trim()))
        .map_err(|_| wrong("must be five fields as cron has them, in a known time zone"))?;
    let at = |from: Timestamp| -> Result<i64> {
        let from = cronexpr::MakeTimestamp::from_second(from.seconds()).map_err(Error::internal)?;
        let found = table.find_next(from).map_err(|_| wrong("never comes"))?;
        Ok(found.timestamp().as_second())
    };
    let first = at(now)?;
    let second = at(Timestamp::from_seconds(first))?;
    if second - first < LEAST_SECONDS {
        return Err(wrong("must leave five minutes between two scans"));
    }
    Ok(Timestamp::from_seconds(first))
}
