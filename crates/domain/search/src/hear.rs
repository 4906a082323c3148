//! What makes an index old, and what makes it needless.

use std::time::Duration;

use base::{PageRequest, Read, Result};
use call::{Call, Env};
use depots::happened::Pushed;
use depots::push::RefChange;
use depots::{DepotFilter, DepotId, DepotKey};
use events::{Event, EventKind as _, Listeners};
use jobs::{Enqueue, Job, JobContext};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};

use crate::place;
use crate::tables::{branches, indexes};
use crate::update::{self, FORGOTTEN};

const CHANGED: &str = "depot.changed";
const DELETED: &str = "depot.deleted";

/// The job that compares the indexes with the depots: those without one get one,
/// those of depots that are gone go.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Survey;

impl Job for Survey {
    const KIND: &'static str = "search.survey";
    const PRIORITY: i32 = -20;
    const QUEUE: &'static str = "search";
}

const HOURLY: Duration = Duration::from_secs(60 * 60);

pub(crate) fn register(registry: jobs::Registry<Env>) -> Result<jobs::Registry<Env>> {
    registry
        .on::<Survey, _, _>(|job: JobContext<Env>, _| async move { survey(&job).await })
        .schedule("search.survey", HOURLY, &Survey)
}

pub(crate) async fn start(env: &Env) -> Result<()> {
    let tx = env.db.begin().await?;
    let how = Enqueue { dedupe: Some("start".to_owned()), ..Enqueue::default() };
    env.jobs.enqueue_with(&tx, &Survey, how).await?;
    tx.commit().await
}

pub(crate) fn listen(listeners: Listeners<Env>) -> Listeners<Env> {
    listeners
        .on("search.pushes", &[Pushed::KIND], |env: Env, event: Event| async move {
            let pushed: Pushed = serde_json::from_value(event.payload)?;
            hear_push(&env, &pushed).await
        })
        .on("search.depots", &[CHANGED, DELETED], |env: Env, event: Event| async move {
            let Some(depot) = event.payload.get("depot").and_then(serde_json::Value::as_i64) else {
                return Ok(());
            };
            match event.kind.as_str() {
                // Another branch may be the default one.
                CHANGED => refresh(&env, DepotId(depot)).await,
                _ => update::remove(&env, DepotId(depot)).await,
            }
        })
}

async fn hear_push(env: &Env, pushed: &Pushed) -> Result<()> {
    let moved: Vec<&str> = pushed.updates.iter().filter_map(RefChange::branch).collect();
    if !pushed.updates.is_empty() {
        let call = Call::system(env.clone());
        let depot = match depots::authorise::<Read>(&call, DepotKey::Id(pushed.depot)).await {
            Ok(depot) => depot,
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) => return Err(error),
        };
        let searched = branches::Entity::find()
            .filter(branches::Column::DepotId.eq(pushed.depot))
            .all(env.db.reader())
            .await?;
        let matters = |name: &str| {
            *name == depot.default_branch || searched.iter().any(|row| row.branch == *name)
        };
        if !moved.into_iter().any(matters) {
            return Ok(());
        }
    }
    refresh(env, pushed.depot).await
}

async fn refresh(env: &Env, depot: DepotId) -> Result<()> {
    let call = Call::system(env.clone());
    let depot = match depots::authorise::<Read>(&call, DepotKey::Id(depot)).await {
        Ok(depot) => depot,
        Err(error) if error.is_not_found() => return Ok(()),
        Err(error) => return Err(error),
    };
    let tx = env.db.begin().await?;
    update::enqueue(env, &tx, &depot).await?;
    tx.commit().await
}

async fn survey(job: &JobContext<Env>) -> Result<()> {
    let env = &job.context;
    let call = Call::system(env.clone());
    let mut page = PageRequest::first(PageRequest::MAX_SIZE);
    loop {
        let depots = depots::list(&call, &DepotFilter::default(), page).await?;
        let ids = depots.items.iter().map(|depot| depot.id);
        let rows = indexes::Entity::find()
            .filter(indexes::Column::DepotId.is_in(ids))
            .filter(indexes::Column::Version.eq(i64::from(codesearch::VERSION)))
            .all(env.db.reader())
            .await?;
        let indexed = |id: DepotId| {
            rows.iter().any(|row| row.depot_id == id) && place::index(env, id).directory().exists()
        };
        let tx = env.db.begin().await?;
        for depot in depots.items.iter().filter(|depot| !indexed(depot.id)) {
            update::enqueue(env, &tx, depot).await?;
        }
        tx.commit().await?;
        job.checkpoint()?;
        if !depots.has_next() {
            break;
        }
        page = PageRequest::offset(page.skip() + page.size(), page.size());
    }
    let tx = env.db.begin().await?;
    branches::Entity::delete_many()
        .filter(branches::Column::WantedAt.lt(env.clock.now().before(FORGOTTEN)))
        .exec(&*tx)
        .await?;
    tx.commit().await?;
    sweep(env).await
}

/// Removes indexes whose depot is gone.
async fn sweep(env: &Env) -> Result<()> {
    let root = place::root(env);
    let on_disk = tokio::task::spawn_blocking(move || place::on_disk(&root))
        .await
        .map_err(base::Error::internal)??;
    let call = Call::system(env.clone());
    for depot in on_disk {
        match depots::authorise::<Read>(&call, DepotKey::Id(depot)).await {
            Err(error) if error.is_not_found() => update::remove(env, depot).await?,
            _ => {}
        }
    }
    Ok(())
}
