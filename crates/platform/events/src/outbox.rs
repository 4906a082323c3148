//! Writing events down and reading them again.

use std::sync::Arc;

use base::{Clock, Error, Result, UserId};
use db::{Db, Tx};
use jobs::{Enqueue, Jobs};
use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use crate::entity::{Column, Entity};
use crate::{Event, EventId, NewEvent, delivery};

/// Where events are told. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Events(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Arc<dyn Clock>,
    jobs: Jobs,
    routes: Vec<Route>,
}

#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) listener: &'static str,
    pub(crate) kinds: Vec<&'static str>,
}

/// Which events are wanted; nothing given means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// In this project.
    pub project: Option<i64>,
    /// In one of these projects; `None` means any, an empty list none.
    pub projects: Option<Vec<i64>>,
    /// Of these kinds; empty means any.
    pub kinds: Vec<String>,
    /// Done by this user.
    pub actor: Option<UserId>,
    /// Older than this event: the last one of the page before.
    pub before: Option<EventId>,
}

impl Events {
    pub(crate) fn new(clock: Arc<dyn Clock>, jobs: Jobs, routes: Vec<Route>) -> Self {
        Self(Arc::new(Inner { clock, jobs, routes }))
    }

    /// Writes the event down and has it told to every listener of its kind,
    /// all if and when the unit of work is committed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn emit(&self, tx: &Tx, event: NewEvent) -> Result<EventId> {
        let insert = Query::insert()
            .into_table("events")
            .columns(["kind", "at", "actor_id", "actor_name", "project", "payload"])
            .values_panic([
                event.kind.into(),
                self.0.clock.now().0.into(),
                event.actor.map(|actor| actor.0).into(),
                event.actor_name.into(),
                event.project.into(),
                event.payload.to_string().into(),
            ])
            .returning_col("id")
            .to_owned();
        let row =
            tx.query_one(&insert).await?.ok_or_else(|| Error::internal("an event got no id"))?;
        let id: EventId = row.try_get("", "id")?;
        for route in &self.0.routes {
            if route.kinds.iter().any(|kind| *kind == "*" || *kind == event.kind) {
                let how = Enqueue { label: event.kind.to_owned(), ..Enqueue::default() };
                self.0.jobs.enqueue_new(tx, delivery::job(route.listener, id), how).await?;
            }
        }
        Ok(id)
    }

    /// One event.
    ///
    /// # Errors
    /// `NotFound`, also once it has been pruned.
    pub async fn get(&self, db: &Db, id: EventId) -> Result<Event> {
        Entity::find_by_id(id)
            .one(db.reader())
            .await?
            .ok_or_else(|| Error::not_found("event"))?
            .try_into()
    }

    /// Up to `limit` (at most 1000) events, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list(&self, db: &Db, filter: &EventFilter, limit: u64) -> Result<Vec<Event>> {
        let mut select = Entity::find();
        if let Some(project) = filter.project {
            select = select.filter(Column::Project.eq(project));
        }
        if let Some(projects) = &filter.projects {
            select = select.filter(Column::Project.is_in(projects.iter().copied()));
        }
        if !filter.kinds.is_empty() {
            select = select.filter(Column::Kind.is_in(&filter.kinds));
        }
        if let Some(actor) = filter.actor {
            select = select.filter(Column::ActorId.eq(actor));
        }
        if let Some(before) = filter.before {
            select = select.filter(Column::Id.lt(before));
        }
        let rows = select
            .order_by_desc(Column::Id)
            .limit(limit.clamp(1, base::PageRequest::MAX_SIZE))
            .all(db.reader())
            .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}
