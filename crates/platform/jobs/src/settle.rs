//! Writing down how an attempt ended. Every statement names the worker and
//! the attempt, so that a worker that lost its lease changes nothing.

use std::time::Duration;

use base::{Error, Random, Result, Timestamp};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, UpdateStatement};

use crate::entity::Model;
use crate::{JobState, Progress};

/// The pause before the second attempt; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);
/// An error text longer than this says no more.
const LONGEST_ERROR: usize = 8_000;

/// An update of the job if it is still in these hands.
pub(crate) fn held(row: &Model) -> UpdateStatement {
    Query::update()
        .table("jobs")
        .and_where(Expr::col("id").eq(row.id.0))
        .and_where(Expr::col("state").eq(JobState::Running.as_str()))
        .and_where(Expr::col("worker").eq(row.worker.clone()))
        .and_where(Expr::col("attempt").eq(row.attempt))
        .to_owned()
}

pub(crate) fn set_progress(update: &mut UpdateStatement, progress: &Progress) {
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    update
        .value("progress_done", number(progress.done))
        .value("progress_total", number(progress.total))
        .value("progress_message", progress.message.as_str());
}

fn set_end(update: &mut UpdateStatement, state: JobState, now: Timestamp) {
    update
        .value("state", state.as_str())
        .value("finished_at", now.0)
        .value("lease_until", Option::<i64>::None);
}

async fn apply(connection: &impl ConnectionTrait, update: &UpdateStatement) -> Result<bool> {
    Ok(connection.execute(update).await?.rows_affected() == 1)
}

/// Whether the job was still in these hands, as for all of the following.
pub(crate) async fn succeed(
    connection: &impl ConnectionTrait,
    row: &Model,
    progress: &Progress,
    now: Timestamp,
) -> Result<bool> {
    let mut update = held(row);
    set_end(&mut update, JobState::Succeeded, now);
    set_progress(&mut update, progress);
    update.value("error", Option::<String>::None);
    apply(connection, &update).await
}

pub(crate) async fn cancelled(
    connection: &impl ConnectionTrait,
    row: &Model,
    now: Timestamp,
) -> Result<bool> {
    let mut update = held(row);
    set_end(&mut update, JobState::Cancelled, now);
    apply(connection, &update).await
}

/// Gives the job back as if it had not been tried.
pub(crate) async fn interrupted(
    connection: &impl ConnectionTrait,
    row: &Model,
    now: Timestamp,
) -> Result<bool> {
    let mut update = held(row);
    update
        .value("state", JobState::Queued.as_str())
        .value("attempt", row.attempt - 1)
        .value("run_at", now.0)
        .value("worker", Option::<String>::None)
        .value("lease_until", Option::<i64>::None);
    apply(connection, &update).await
}

/// Puts the job back for another attempt after `pause`.
pub(crate) async fn again(
    connection: &impl ConnectionTrait,
    row: &Model,
    error: &str,
    pause: Duration,
    now: Timestamp,
) -> Result<bool> {
    let mut update = held(row);
    update
        .value("state", JobState::Queued.as_str())
        .value("run_at", now.after(pause).0)
        .value("worker", Option::<String>::None)
        .value("lease_until", Option::<i64>::None)
        .value("error", error);
    apply(connection, &update).await
}

pub(crate) async fn failed(
    connection: &impl ConnectionTrait,
    row: &Model,
    error: &str,
    now: Timestamp,
) -> Result<bool> {
    let mut update = held(row);
    set_end(&mut update, JobState::Failed, now);
    update.value("error", error);
    apply(connection, &update).await
}

/// The pause after the failed attempt `attempt` (from 1): doubling, and up to
/// a quarter longer or shorter, so that what failed together is not repeated
/// together.
pub(crate) fn pause(attempt: i64, random: &dyn Random) -> Duration {
    let doublings = Ord::min(u32::try_from(attempt - 1).unwrap_or(0), 20);
    let whole = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
    let mut byte = [0_u8; 1];
    random.fill(&mut byte);
    whole.mul_f64(0.75 + f64::from(byte[0]) / 255.0 / 2.0)
}

/// Whether another attempt could end otherwise.
pub(crate) fn is_worth_repeating(error: &Error) -> bool {
    !matches!(
        error,
        Error::NotFound { .. }
            | Error::Missing { .. }
            | Error::Invalid { .. }
            | Error::Denied { .. }
            | Error::Unauthenticated { .. }
    )
}

/// The error with everything that lies below it.
pub(crate) fn text(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    shortened(text)
}

pub(crate) fn shortened(mut text: String) -> String {
    if text.len() > LONGEST_ERROR {
        text.truncate(text.floor_char_boundary(LONGEST_ERROR));
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededRandom;

    #[test]
    fn pauses_double_within_a_quarter_and_end_at_an_hour() {
        let random = SeededRandom::new(1);
        for (attempt, seconds) in [(1, 5.0), (2, 10.0), (4, 40.0), (30, 3600.0)] {
            for _ in 0..50 {
                let pause = pause(attempt, &random).as_secs_f64();
                assert!((0.75 * seconds..=1.25 * seconds).contains(&pause), "{attempt}: {pause}");
            }
        }
        assert_ne!(pause(1, &random), pause(1, &random));
    }

    #[test]
    fn the_text_has_the_cause() {
        let error = Error::internal(std::io::Error::other("disk on fire"));
        assert_eq!(text(&error), "internal error: disk on fire");
        assert!(shortened("ä".repeat(9_000)).len() < LONGEST_ERROR + 4);
    }
}
