//! Pushes: the one way by which the refs of a hosted depot change.
//!
//! A door that receives a push calls [`begin`] before it starts Git and
//! [`Push::finish`] with what Git reports, and only then lets the client hear
//! the report. `begin` writes a row that says "receiving"; if the process dies
//! in between, [`recover`] at the next start finds the row and tells everybody
//! who listens to look at the depot again. So a push that a client was told of
//! is always followed by what has to follow, and one that it was not told of
//! at worst by a look in vain.
//!
//! Pushes to one depot run side by side: Git's own lock on each ref decides
//! between two that change the same one.

use std::time::Duration;

use base::{Error, Granted, PageRequest, Paged, Result, Right, Timestamp, Write};
use call::{Call, Env};
use db::Tx;
use events::EventKind;
use git::HIDDEN_REFS;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde::{Deserialize, Serialize};

use crate::tables::{depots, pushes};
use crate::{Depot, DepotId, DepotKind, DepotState, list, place};

/// One ref before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefChange {
    /// The full name, `refs/heads/main`.
    pub name: String,
    /// 40 hexadecimal characters; zeros where it did not exist.
    pub old: String,
    /// 40 hexadecimal characters; zeros where it no longer exists.
    pub new: String,
}

impl RefChange {
    /// The branch's short name, if the ref is a branch.
    pub fn branch(&self) -> Option<&str> {
        self.name.strip_prefix("refs/heads/")
    }

    /// Whether the ref is gone now.
    pub fn is_deletion(&self) -> bool {
        self.new.bytes().all(|byte| byte == b'0')
    }
}

/// The payload of the event `depot.pushed`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pushed {
    /// The depot.
    pub depot: DepotId,
    /// Who pushed; empty for the installation itself.
    pub pusher: String,
    /// What changed. Empty means that it is not known, e.g. after a crash, and
    /// that whoever cares should compare with what he knows.
    pub updates: Vec<RefChange>,
}

impl EventKind for Pushed {
    const KIND: &'static str = "depot.pushed";
}

/// A push that is under way.
#[derive(Debug)]
#[must_use = "a push that is not finished is announced at the next start only"]
pub struct Push {
    id: i64,
    depot: Depot,
    call: Call,
}

/// Checks what a client wants to change and writes down that it is coming.
///
/// # Errors
/// * `Denied` for a ref that belongs to the server;
/// * `Conflict` when the depot is not ours to change, or not ready.
pub async fn begin(
    call: &Call,
    depot: &Granted<Depot, Write>,
    wanted: &[RefChange],
) -> Result<Push> {
    if matches!(depot.kind, DepotKind::Outside { .. }) {
        return Err(Error::conflict("this depot mirrors another; push there"));
    }
    if depot.state == DepotState::Importing {
        return Err(Error::conflict("this depot is being imported; try again later"));
    }
    for change in wanted {
        if change.name.starts_with(HIDDEN_REFS) || !change.name.starts_with("refs/") {
            return Err(Error::denied(format!(
                "a ref that you may change; {} is not",
                change.name
            )));
        }
    }
    let row = pushes::ActiveModel {
        id: NotSet,
        depot_id: Set(depot.id),
        user_id: Set(call.actor.user_id()),
        user_name: Set(call.actor.name().to_owned()),
        state: Set("receiving".to_owned()),
        updates: Set("[]".to_owned()),
        started_at: Set(call.clock.now()),
        finished_at: Set(None),
    };
    let tx = call.db.begin().await?;
    let row = row.insert(&*tx).await?;
    tx.commit().await?;
    Ok(Push { id: row.id, depot: (**depot).clone(), call: call.clone() })
}

impl Push {
    /// Writes down what came of it and tells the listeners. `updates` are the
    /// refs that did change; none where Git refused everything.
    ///
    /// # Errors
    /// When the database cannot be reached; the row stays for [`recover`].
    pub async fn finish(self, updates: Vec<RefChange>) -> Result<()> {
        let tx = self.call.db.begin().await?;
        if updates.is_empty() {
            pushes::Entity::delete_by_id(self.id).exec(&*tx).await?;
            return tx.commit().await;
        }
        pushes::ActiveModel {
            id: Set(self.id),
            state: Set("done".to_owned()),
            updates: Set(serde_json::to_string(&updates)?),
            finished_at: Set(Some(self.call.clock.now())),
            ..Default::default()
        }
        .update(&*tx)
        .await?;
        tell(&self.call, &tx, &self.depot, updates).await?;
        tx.commit().await
    }
}

/// Notes the time of the push and emits `depot.pushed`.
pub(crate) async fn tell(
    call: &Call,
    tx: &Tx,
    depot: &Depot,
    updates: Vec<RefChange>,
) -> Result<()> {
    depots::Entity::update_many()
        .col_expr(depots::Column::LastPushAt, sea_orm::sea_query::Expr::value(call.clock.now()))
        .filter(depots::Column::Id.eq(depot.id))
        .exec(&**tx)
        .await?;
    let payload = Pushed { depot: depot.id, pusher: call.actor.name().to_owned(), updates };
    call.emit(tx, Some(depot.project.0), &payload).await?;
    tidy_if_due(call, tx, depot).await
}

/// Has the repository tidied once many packs lie in it, or a clone would be
/// slow for want of a bitmap. Not at once: pushes come in bursts.
async fn tidy_if_due(call: &Call, tx: &Tx, depot: &Depot) -> Result<()> {
    let tidiness =
        place::open(&call.env, depot.id).ok().and_then(|repository| repository.tidiness().ok());
    if tidiness.is_some_and(|tidiness| tidiness.is_due()) {
        let how = jobs::Enqueue {
            dedupe: Some(depot.id.to_string()),
            run_at: Some(call.clock.now().after(TIDY_DELAY)),
            label: format!("tidy {}", depot.path()),
            subject: Some(format!("depot:{}", depot.id)),
            ..Default::default()
        };
        call.jobs.enqueue_with(tx, &Tidy { depot: depot.id }, how).await?;
    }
    Ok(())
}

const TIDY_DELAY: Duration = Duration::from_secs(30);

/// Nothing of an interrupted push that is younger than this is touched: a Git
/// process that outlived the server may be about to end.
const LEFTOVER_AGE: Duration = Duration::from_secs(2);

/// Closes the pushes that a crash has cut off before `started`, and has the
/// listeners look at their depots. Returns how many there were.
///
/// # Errors
/// When the database cannot be reached.
pub async fn recover(env: &Env, started: Timestamp) -> Result<usize> {
    let call = Call::system(env.clone());
    let tx = env.db.begin().await?;
    let rows = pushes::Entity::find()
        .filter(pushes::Column::State.eq("receiving"))
        .filter(pushes::Column::StartedAt.lt(started))
        .all(&*tx)
        .await?;
    let count = rows.len();
    let mut interrupted: Vec<DepotId> = rows.iter().map(|row| row.depot_id).collect();
    for row in rows {
        let depot_id = row.depot_id;
        let mut active: pushes::ActiveModel = row.into();
        active.state = Set("interrupted".to_owned());
        active.finished_at = Set(Some(env.clock.now()));
        active.update(&*tx).await?;
        let depot = depots::Entity::find_by_id(depot_id).all(&*tx).await?;
        for depot in list::with_names(&*tx, depot).await? {
            tell(&call, &tx, &depot, Vec::new()).await?;
        }
    }
    tx.commit().await?;
    interrupted.sort_unstable();
    interrupted.dedup();
    let env = env.clone();
    tokio::task::spawn_blocking(move || remove_leftovers(&env, &interrupted))
        .await
        .map_err(Error::internal)?;
    Ok(count)
}

/// Locks that the killed Git has left would stand in the next push's way.
fn remove_leftovers(env: &Env, interrupted: &[DepotId]) {
    for depot in interrupted {
        let removed = place::open(env, *depot)
            .and_then(|it| it.remove_leftovers(LEFTOVER_AGE).map_err(Error::internal));
        match removed {
            Ok(count) => tracing::info!(depot = depot.0, count, "removed what a push has left"),
            Err(error) => tracing::warn!(depot = depot.0, %error, "leftovers of a push stay"),
        }
    }
}

/// A push in the log.
#[derive(Debug, Clone)]
pub struct LoggedPush {
    /// Who pushed.
    pub pusher: String,
    /// What changed.
    pub updates: Vec<RefChange>,
    /// When it was complete.
    pub at: Timestamp,
}

/// The finished pushes of a depot, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn log<R: Right>(
    call: &Call,
    depot: &Granted<Depot, R>,
    page: PageRequest,
) -> Result<Paged<LoggedPush>> {
    let query = pushes::Entity::find()
        .filter(pushes::Column::DepotId.eq(depot.id))
        .filter(pushes::Column::State.eq("done"));
    let total = query.clone().count(call.db.reader()).await?;
    let rows = query
        .order_by_desc(pushes::Column::Id)
        .offset(page.skip())
        .limit(page.size())
        .all(call.db.reader())
        .await?;
    let items = rows
        .into_iter()
        .map(|row| {
            Ok(LoggedPush {
                pusher: row.user_name,
                updates: serde_json::from_str(&row.updates)?,
                at: row.finished_at.unwrap_or(row.started_at),
            })
        })
        .collect::<Result<_>>()?;
    Ok(Paged { items, total, page })
}

/// Housekeeping after pushes: packs are joined once there are many.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tidy {
    /// The depot.
    pub depot: DepotId,
}

impl jobs::Job for Tidy {
    const KIND: &'static str = "depots.tidy";
    const PRIORITY: i32 = -10;
}

pub(crate) async fn tidy(env: &Env, depot: DepotId, cancel: git::Cancel) -> Result<()> {
    let repository = place::open(env, depot)?;
    tokio::task::spawn_blocking(move || repository.tidy(&cancel).map_err(Error::internal))
        .await
        .map_err(Error::internal)?
}
