//! Telling one listener of one event, as a job.

use std::time::Duration;

use base::{Error, Result};
use db::Db;
use jobs::{Job, JobContext, NewJob};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ConnectionTrait as _, EntityTrait as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::entity::Entity;
use crate::{Event, EventId};

/// A listener that is down for a night should not miss anything: with the
/// queue's pauses this is more than a day.
const ATTEMPTS: u32 = 32;
/// Rows removed in one unit of work, so that writers do not wait long.
const PRUNED_AT_ONCE: u64 = 500;

pub(crate) fn kind(listener: &str) -> String {
    format!("event:{listener}")
}

pub(crate) fn job(listener: &str, event: EventId) -> NewJob {
    NewJob {
        kind: kind(listener),
        queue: "events".to_owned(),
        attempts: ATTEMPTS,
        priority: 0,
        payload: json!({ "event": event }),
    }
}

/// The event that a delivery job is about.
pub(crate) async fn event(db: &Db, payload: &Value) -> Result<Event> {
    #[derive(Deserialize)]
    struct Delivery {
        event: EventId,
    }
    let delivery: Delivery = serde_json::from_value(payload.clone())?;
    Entity::find_by_id(delivery.event)
        .one(db.reader())
        .await?
        .ok_or_else(|| Error::not_found("event"))?
        .try_into()
}

/// Removes old events.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Prune {
    /// Milliseconds for which they are kept.
    pub(crate) keep: u64,
}

impl Job for Prune {
    const KIND: &'static str = "events.prune";
}

pub(crate) async fn prune<C: Send>(context: JobContext<C>, job: Prune) -> Result<()> {
    let before = context.now().before(Duration::from_millis(job.keep));
    let old = Query::select()
        .column("id")
        .from("events")
        .and_where(Expr::col("at").lt(before.0))
        .limit(PRUNED_AT_ONCE)
        .to_owned();
    while context.db().reader().query_one(&old).await?.is_some() {
        context.checkpoint()?;
        let delete = Query::delete()
            .from_table("events")
            .and_where(Expr::col("id").in_subquery(old.clone()))
            .to_owned();
        let tx = context.db().begin().await?;
        tx.execute(&delete).await?;
        tx.commit().await?;
    }
    Ok(())
}
