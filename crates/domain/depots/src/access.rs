//! Who may do what with a depot.

use base::{Actor, DeployKeyActor, Error, Granted, Read, Result, Right, Write};
use call::Call;
use projects::{ProjectId, ProjectKey};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};

use crate::tables::depots;
use crate::{Depot, DepotId, list, moving, rules};

/// How a caller names a depot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DepotKey<'a> {
    /// By its number.
    Id(DepotId),
    /// By its slug in a project; one that it has left leads to it, too, while
    /// no other depot has it.
    InProject(ProjectId, &'a str),
    /// By slugs: team, project, depot.
    Path(&'a str, &'a str, &'a str),
}

/// Finds the depot and checks that the caller holds the right `R` on it.
///
/// Rights on a depot are those on its project; beyond that a shared depot may
/// be read by everybody who is signed in.
///
/// # Errors
/// * `Unauthenticated` when nobody is signed in;
/// * `NotFound` when it does not exist or the caller may not see it;
/// * `Denied` when he may see it but not do this;
/// * `Conflict` when he wants to write and the depot is in the archive.
pub async fn authorise<R: Right>(call: &Call, key: DepotKey<'_>) -> Result<Granted<Depot, R>> {
    if matches!(call.actor, Actor::Nobody) {
        return Err(Error::unauthenticated("sign in first"));
    }
    let depot = find(call, key).await?.ok_or_else(|| Error::not_found("depot"))?;
    let archived = rules::check_archive(&depot);
    let granted = match &call.actor {
        Actor::DeployKey(key) => by_deploy_key(key, depot),
        _ => by_project(call, depot).await,
    }?;
    // Who administers it may still change its settings and bring it back.
    if R::LEVEL == Write::LEVEL {
        archived?;
    }
    Ok(granted)
}

async fn by_project<R: Right>(call: &Call, depot: Depot) -> Result<Granted<Depot, R>> {
    match projects::authorise::<R>(call, ProjectKey::Id(depot.project)).await {
        Ok(_) => Ok(Granted::vouch(depot)),
        Err(error) if error.is_not_found() && readable_by_everybody(&depot) => {
            if R::LEVEL <= Read::LEVEL {
                Ok(Granted::vouch(depot))
            } else {
                Err(Error::denied(format!("the right to {} the depot", R::NAME)))
            }
        }
        Err(error) if error.is_not_found() => Err(Error::not_found("depot")),
        Err(Error::Denied { .. }) => {
            Err(Error::denied(format!("the right to {} the depot", R::NAME)))
        }
        Err(error) => Err(error),
    }
}

/// A deploy key opens its own depot; no other one exists for it, be it shared.
fn by_deploy_key<R: Right>(key: &DeployKeyActor, depot: Depot) -> Result<Granted<Depot, R>> {
    if depot.id.0 != key.depot {
        return Err(Error::not_found("depot"));
    }
    let level = if key.may_write { Write::LEVEL } else { Read::LEVEL };
    if R::LEVEL > level {
        return Err(Error::denied(format!("a deploy key that may {} the depot", R::NAME)));
    }
    Ok(Granted::vouch(depot))
}

/// Whether everybody who is signed in may read the depot.
pub fn readable_by_everybody(depot: &Depot) -> bool {
    depot.shared
}

async fn find(call: &Call, key: DepotKey<'_>) -> Result<Option<Depot>> {
    let connection = call.db.reader();
    let row = match key {
        DepotKey::Id(id) => depots::Entity::find_by_id(id).one(connection).await?,
        DepotKey::InProject(project, name) => in_project(connection, project, name).await?,
        DepotKey::Path(team, project, name) => {
            if let Some(depot) = list::by_path(connection, team, project, name).await? {
                return Ok(Some(depot));
            }
            // It may have had this address.
            let Some(team) = identity::teams::by_name(connection, team).await? else {
                return Ok(None);
            };
            let Some(project) = projects::id_by_name(connection, team.id, project).await? else {
                return Ok(None);
            };
            in_project(connection, project, name).await?
        }
    };
    let Some(row) = row else { return Ok(None) };
    Ok(list::with_names(connection, vec![row]).await?.pop())
}

/// The depot that has this address, or had it last.
async fn in_project(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    name: &str,
) -> Result<Option<depots::Model>> {
    let found = depots::Entity::find()
        .filter(depots::Column::ProjectId.eq(project))
        .filter(depots::Column::Name.eq(name))
        .one(connection)
        .await?;
    match found {
        Some(row) => Ok(Some(row)),
        None => moving::moved(connection, project, name).await,
    }
}
