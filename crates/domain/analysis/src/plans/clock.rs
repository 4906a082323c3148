//! Schedules: plans that are scanned at certain times.

use base::{Result, Timestamp};
use call::{Call, Env};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::schedule;
use crate::plan::{Definition, PlanId};
use crate::scan::Trigger;
use crate::scans::{StartOptions, start};
use crate::tables::plans as rows;
use crate::{PlanKey, authorise_plan};

/// When the schedule of such a plan is due next after `now`, if it has one that
/// is switched on.
///
/// # Errors
/// `Invalid` on `schedule`.
pub fn next_run(definition: &Definition, now: Timestamp) -> Result<Option<Timestamp>> {
    let triggers = &definition.triggers;
    let schedule = triggers.schedule.trim();
    if schedule.is_empty() {
        return Ok(None);
    }
    let first = schedule::next(schedule, &triggers.time_zone, now)?;
    Ok(triggers.enabled.then_some(first))
}

/// Starts the scans that are due.
pub(crate) async fn tick(env: &Env) -> Result<()> {
    let now = env.clock.now();
    let due = rows::Entity::find()
        .filter(rows::Column::NextRunAt.lte(now))
        .filter(rows::Column::Enabled.eq(true))
        .all(env.db.reader())
        .await?;
    for row in due {
        if let Err(error) = one(env, row.id, now).await {
            tracing::warn!(
                plan = row.id.0,
                error = &error as &dyn std::error::Error,
                "a schedule failed"
            );
        }
    }
    Ok(())
}

async fn one(env: &Env, id: PlanId, now: Timestamp) -> Result<()> {
    // First the next time: what fails now is not tried again every minute.
    let tx = env.db.begin().await?;
    let row =
        rows::Entity::find_by_id(id).filter(rows::Column::NextRunAt.lte(now)).one(&*tx).await?;
    let Some(row) = row else { return Ok(()) };
    let definition: Definition = serde_json::from_str(&row.definition)?;
    let next = next_run(&definition, now)?;
    rows::ActiveModel { id: Set(id), next_run_at: Set(next), ..Default::default() }
        .update(&*tx)
        .await?;
    tx.commit().await?;
    let call = Call::system(env.clone());
    let plan = authorise_plan::<base::Write>(&call, PlanKey::Id(id)).await?;
    start(&call, &plan, StartOptions::of(Trigger::Schedule)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Triggers;

    fn of(schedule: &str, time_zone: &str) -> Result<Option<Timestamp>> {
        let triggers = Triggers {
            enabled: true,
            schedule: schedule.to_owned(),
            time_zone: time_zone.to_owned(),
            ..Triggers::default()
        };
        let definition = Definition { triggers, ..Definition::default() };
        // 2023-11-14 22:13:20 UTC.
        next_run(&definition, Timestamp::from_seconds(1_700_000_000))
    }

    #[test]
    fn times_are_those_of_the_zone() {
        assert_eq!(of("", "").unwrap(), None);
        assert_eq!(of("0 3 * * *", "").unwrap(), Some(Timestamp::from_seconds(1_700_017_200)));
        let shanghai = of("0 7 * * *", "Asia/Shanghai").unwrap();
        assert_eq!(shanghai, Some(Timestamp::from_seconds(1_700_002_800)));
        assert!(of("* * * * *", "").is_err());
        assert!(of("0 3 * *", "").is_err());
        assert!(of("0 3 * * *", "Mars/Olympus").is_err());
    }
}
