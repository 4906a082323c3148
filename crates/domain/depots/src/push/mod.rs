//! Pushes: the one way by which the refs of a hosted depot change.
//!
//! [`receive`] takes what a Git client sends, whatever the door; [`apply`] does
//! what the server itself wants changed. Both write a row that says "receiving"
//! before a ref changes, and close it together with the event in one unit of
//! work before anybody hears of the change. If the process dies in between,
//! [`recover`] at the next start finds the row and tells everybody who listens
//! to look at the depot again. So a push that a client was told of is always
//! followed by what has to follow, and one that it was not told of at worst by
//! a look in vain.
//!
//! Pushes to one depot run side by side: the lock on each ref decides between
//! two that change the same one.

mod apply;
mod log;
mod receive;
mod recover;
pub(crate) mod tidy;

pub use apply::apply;
pub use log::{LoggedPush, log};
pub use receive::receive;
pub use recover::recover;

use base::{Error, Granted, Result, Write};
use call::Call;
use db::Tx;
use events::EventKind;
use git::HIDDEN_REFS;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};

use crate::tables::{depots, pushes};
use crate::{Depot, DepotId, DepotKind, DepotState, rules};

/// One ref before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefChange {
    /// The full name, `refs/heads/main`.
    pub name: String,
    /// 40 or 64 hexadecimal characters; 40 zeros where it did not exist.
    pub old: String,
    /// 40 or 64 hexadecimal characters; 40 zeros where it no longer exists.
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

/// Checks what somebody wants to change and writes down that it is coming.
///
/// # Errors
/// * `Denied` for a ref that belongs to the server;
/// * `Conflict` when the depot is not ours to change, not ready, or archived.
pub async fn begin(
    call: &Call,
    depot: &Granted<Depot, Write>,
    wanted: &[RefChange],
) -> Result<Push> {
    check(depot, wanted)?;
    open(call, depot).await
}

/// The refusals that cost nothing.
fn check(depot: &Depot, wanted: &[RefChange]) -> Result<()> {
    if matches!(depot.kind, DepotKind::Outside { .. }) {
        return Err(Error::conflict("this depot mirrors another; push there"));
    }
    rules::check_archive(depot)?;
    if depot.state == DepotState::Importing {
        return Err(Error::conflict("this depot is being imported; try again later"));
    }
    let ours = |change: &&RefChange| {
        change.name.starts_with(HIDDEN_REFS) || !change.name.starts_with("refs/")
    };
    match wanted.iter().find(ours) {
        None => Ok(()),
        Some(change) => {
            Err(Error::denied(format!("a ref that you may change; {} is not", change.name)))
        }
    }
}

/// Writes down that a push is coming.
async fn open(call: &Call, depot: &Depot) -> Result<Push> {
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
    Ok(Push { id: row.id, depot: depot.clone(), call: call.clone() })
}

impl Push {
    /// Writes down what came of it and tells the listeners. `updates` are the
    /// refs that did change; none where Git refused everything.
    ///
    /// # Errors
    /// When the database cannot be reached; the row stays for [`recover`].
    pub async fn finish(self, updates: Vec<RefChange>) -> Result<()> {
        let untidy = !updates.is_empty() && tidy::is_due(&self.call.env, self.depot.id).await;
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
        if untidy {
            tidy::enqueue(&self.call, &tx, &self.depot).await?;
        }
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
    call.emit(tx, Some(depot.project.0), &payload).await.map(drop)
}

/// Those refs that are where they were wanted, though nobody has said so.
fn moved(repository: &git::Repository, mut wanted: Vec<RefChange>) -> Vec<RefChange> {
    wanted.retain(|change| {
        let now = repository.reference(&change.name).ok().flatten().unwrap_or(git::Oid::ZERO);
        now.to_string() == change.new && change.new != change.old
    });
    wanted
}
