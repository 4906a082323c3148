//! Other addresses for depots: another name, another project.
//!
//! An address that a depot has left leads to it until another one takes it.

use base::{Administer, Error, Granted, Result, Write};
use call::Call;
use db::Tx;
use events::EventKind;
use projects::{Project, ProjectId};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _,
};
use serde::{Deserialize, Serialize};

use crate::tables::{addresses, depots};
use crate::{Depot, DepotId, list};

/// The payload of the event `depot.transferred`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Transferred {
    /// The depot.
    pub depot: DepotId,
    /// Its name.
    pub name: String,
    /// The project that it is in now.
    pub project: ProjectId,
    /// The project that it was in.
    pub from: ProjectId,
}

impl EventKind for Transferred {
    const KIND: &'static str = "depot.transferred";
}

/// Moves a depot with all that belongs to it to another project of its team.
/// Its old address leads to the new one. Who keeps things of the depot by
/// project hears of it by [`Transferred`].
///
/// # Errors
/// `Conflict` when the project has a depot of this name, is the depot's
/// already, or belongs to another team.
pub async fn transfer(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    target: &Granted<Project, Write>,
) -> Result<Depot> {
    if target.team != depot.team {
        return Err(Error::conflict("a depot can only move to a project of its own team"));
    }
    let tx = call.db.begin().await?;
    let row = depots::Entity::find_by_id(depot.id)
        .one(&*tx)
        .await?
        .ok_or_else(|| Error::not_found("depot"))?;
    if row.project_id == target.id {
        return Err(Error::conflict("the depot is in this project already"));
    }
    let taken = depots::Entity::find()
        .filter(depots::Column::ProjectId.eq(target.id))
        .filter(depots::Column::Name.eq(&row.name))
        .count(&*tx)
        .await?;
    if taken > 0 {
        return Err(Error::conflict(format!("the depot name {} is taken there", row.name)));
    }
    let (name, from) = (row.name.clone(), row.project_id);
    leave(call, &tx, &row, target.id, &name).await?;
    let mut active: depots::ActiveModel = row.into();
    active.project_id = Set(target.id);
    active.updated_at = Set(call.clock.now());
    let row = active.update(&*tx).await?;
    let moved =
        list::with_names(&*tx, vec![row]).await?.pop().ok_or_else(|| Error::not_found("depot"))?;
    let payload =
        Transferred { depot: moved.id, name: moved.name.clone(), project: moved.project, from };
    call.emit(&tx, Some(moved.project.0), &payload).await?;
    let subject = format!("depot:{}", moved.id);
    let details = serde_json::to_value(&payload)?;
    identity::audit::record(&tx, call, Transferred::KIND, &subject, details).await?;
    tx.commit().await?;
    Ok(moved)
}

/// Notes that the depot leaves its address for `name` in `project`.
pub(crate) async fn leave(
    call: &Call,
    tx: &Tx,
    depot: &depots::Model,
    project: ProjectId,
    name: &str,
) -> Result<()> {
    take(tx, project, name).await?;
    take(tx, depot.project_id, &depot.name).await?;
    addresses::ActiveModel {
        id: NotSet,
        project_id: Set(depot.project_id),
        name: Set(depot.name.clone()),
        depot_id: Set(depot.id),
        left_at: Set(call.clock.now()),
    }
    .insert(&**tx)
    .await?;
    Ok(())
}

/// Whatever has left this address is not found by it any more: another depot
/// takes it.
pub(crate) async fn take(tx: &Tx, project: ProjectId, name: &str) -> Result<()> {
    addresses::Entity::delete_many()
        .filter(addresses::Column::ProjectId.eq(project))
        .filter(addresses::Column::Name.eq(name))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The depot that has left this address.
pub(crate) async fn moved(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    name: &str,
) -> Result<Option<depots::Model>> {
    let left = addresses::Entity::find()
        .filter(addresses::Column::ProjectId.eq(project))
        .filter(addresses::Column::Name.eq(name))
        .one(connection)
        .await?;
    match left {
        Some(left) => Ok(depots::Entity::find_by_id(left.depot_id).one(connection).await?),
        None => Ok(None),
    }
}
