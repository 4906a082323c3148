//! Deploy keys: SSH keys of machines, each good for reading, or also for
//! writing, one depot.

use std::collections::HashMap;

use base::{Actor, Administer, DeployKeyActor, Error, Granted, Result};
use call::{Call, Env};
use db::Tx;
use identity::ssh_keys::{self, NewSshKey, Owner, Shown};
use identity::{SshKey, SshKeyId, User};
use projects::Project;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Query;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _,
};
use serde_json::json;

use crate::tables::{deploy_keys, depots};
use crate::{Depot, DepotId};

/// A depot's keys at most.
const MOST: u64 = 100;

/// A deploy key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployKey {
    /// The key itself.
    pub key: SshKey,
    /// The depot that it opens.
    pub depot: DepotId,
    /// Whether it may push.
    pub may_write: bool,
    /// Who added it, if he is still there.
    pub creator: Option<User>,
}

/// Adds a deploy key.
///
/// # Errors
/// `Missing`/`Invalid` on `content`, `title` or `expires_at`; `Conflict` when
/// the key is in use already, by whomever; `Limit` beyond 100 keys.
pub async fn create(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    new: NewSshKey,
    may_write: bool,
) -> Result<DeployKey> {
    let tx = call.db.begin().await?;
    let existing = deploy_keys::Entity::find()
        .filter(deploy_keys::Column::DepotId.eq(depot.id))
        .count(&*tx)
        .await?;
    if existing >= MOST {
        return Err(Error::limit("a depot has at most 100 deploy keys"));
    }
    let key = ssh_keys::insert_for_thing(call, &tx, new).await?;
    deploy_keys::ActiveModel {
        key_id: Set(key.id),
        depot_id: Set(depot.id),
        may_write: Set(may_write),
        created_at: Set(call.clock.now()),
    }
    .insert(&*tx)
    .await?;
    let details = json!({
        "key": key.id, "title": key.title, "fingerprint": key.fingerprint, "may_write": may_write,
    });
    let subject = format!("depot:{}", depot.id);
    identity::audit::record(&tx, call, "deploy_key.create", &subject, details).await?;
    tx.commit().await?;
    let creator = match &call.actor {
        Actor::User(user) => Some(identity::users::get(call.db.reader(), user.id).await?),
        _ => None,
    };
    Ok(DeployKey { key, depot: depot.id, may_write, creator })
}

/// The deploy keys of a depot, the newest first; a hundred at most.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(call: &Call, depot: &Granted<Depot, Administer>) -> Result<Vec<DeployKey>> {
    let rows = deploy_keys::Entity::find()
        .filter(deploy_keys::Column::DepotId.eq(depot.id))
        .order_by_desc(deploy_keys::Column::KeyId)
        .all(call.db.reader())
        .await?;
    with_keys(call, rows).await
}

/// The deploy keys of all depots of a project, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_of_project(
    call: &Call,
    project: &Granted<Project, Administer>,
) -> Result<Vec<DeployKey>> {
    let of_project = Query::select()
        .column(depots::Column::Id)
        .from(depots::Entity)
        .and_where(depots::Column::ProjectId.eq(project.id))
        .to_owned();
    let rows = deploy_keys::Entity::find()
        .filter(deploy_keys::Column::DepotId.in_subquery(of_project))
        .order_by_desc(deploy_keys::Column::KeyId)
        .all(call.db.reader())
        .await?;
    with_keys(call, rows).await
}

async fn with_keys(call: &Call, rows: Vec<deploy_keys::Model>) -> Result<Vec<DeployKey>> {
    let connection = call.db.reader();
    let ids: Vec<SshKeyId> = rows.iter().map(|row| row.key_id).collect();
    let mut keys = ssh_keys::by_ids(connection, &ids).await?;
    let creators: Vec<_> = keys.values().filter_map(|key| key.creator).collect();
    let creators: HashMap<_, _> = identity::users::by_ids(connection, &creators).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let key = keys.remove(&row.key_id)?;
            let creator = key.creator.and_then(|user| creators.get(&user).cloned());
            Some(DeployKey { key, depot: row.depot_id, may_write: row.may_write, creator })
        })
        .collect())
}

/// Removes a deploy key; it opens nothing from then on.
///
/// # Errors
/// `NotFound` when the depot has no such key.
pub async fn delete(call: &Call, depot: &Granted<Depot, Administer>, key: SshKeyId) -> Result<()> {
    let tx = call.db.begin().await?;
    let deleted = deploy_keys::Entity::delete_by_id(key)
        .filter(deploy_keys::Column::DepotId.eq(depot.id))
        .exec(&*tx)
        .await?;
    if deleted.rows_affected == 0 {
        return Err(Error::not_found("deploy key"));
    }
    ssh_keys::delete_of_things(&tx, &[key]).await?;
    let subject = format!("depot:{}", depot.id);
    identity::audit::record(&tx, call, "deploy_key.delete", &subject, json!({ "key": key }))
        .await?;
    tx.commit().await
}

/// Removes the keys of depots that are about to be deleted, so that they can
/// be used elsewhere.
pub(crate) async fn delete_with(tx: &Tx, depots: &[DepotId]) -> Result<()> {
    let rows = deploy_keys::Entity::find()
        .filter(deploy_keys::Column::DepotId.is_in(depots.iter().copied()))
        .all(&**tx)
        .await?;
    let keys: Vec<SshKeyId> = rows.iter().map(|row| row.key_id).collect();
    ssh_keys::delete_of_things(tx, &keys).await
}

/// The machine that has shown a key of no person, if it is a deploy key.
///
/// # Errors
/// When the database cannot be read.
pub async fn actor(env: &Env, shown: &Shown) -> Result<Option<DeployKeyActor>> {
    let connection = env.db.reader();
    let Some(row) = deploy_keys::Entity::find_by_id(shown.id).one(connection).await? else {
        return Ok(None);
    };
    let depot = depots::Entity::find_by_id(row.depot_id).all(connection).await?;
    let depot = crate::list::with_names(connection, depot).await?.pop();
    Ok(depot.map(|depot| DeployKeyActor {
        id: shown.id.0,
        name: format!("deploy key {}", shown.title).into(),
        team: depot.team,
        depot: depot.id.0,
        may_write: row.may_write,
    }))
}

/// Whom a key that is good names: a person, in the team named `team` where he
/// is in it, or a machine.
///
/// # Errors
/// `Unauthenticated` when nobody is named by it any more.
pub async fn named_by(env: &Env, shown: &Shown, team: Option<&str>) -> Result<Actor> {
    match shown.owner {
        Owner::User { user, team: only } => {
            Ok(Actor::User(ssh_keys::person(env, user, only, team).await?))
        }
        Owner::Thing => {
            let key = actor(env, shown).await?;
            let gone = || Error::unauthenticated("the key was removed");
            Ok(Actor::DeployKey(key.ok_or_else(gone)?))
        }
    }
}
