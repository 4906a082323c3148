//! Who may do what.

use base::{Actor, Error, Granted, Result, Right, TeamRole, UserActor};
use call::Call;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};

use crate::tables::{project_members, projects};
use crate::{Project, ProjectId, ProjectRole};

/// How a caller names a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectKey<'a> {
    /// By its number.
    Id(ProjectId),
    /// By its slug, in the caller's team.
    Name(&'a str),
    /// By its 32 hexadecimal characters.
    Uid(&'a str),
}

/// Finds the project and checks that the caller holds the right `R` on it.
///
/// # Errors
/// * `Unauthenticated` when nobody is signed in;
/// * `NotFound` when it does not exist or the caller may not see it, which he
///   cannot tell apart;
/// * `Denied` when he may see it but not do this.
pub async fn authorise<R: Right>(call: &Call, key: ProjectKey<'_>) -> Result<Granted<Project, R>> {
    authorise_on(call, call.db.reader(), key).await
}

/// [`authorise`] inside a unit of work.
pub(crate) async fn authorise_on<R: Right>(
    call: &Call,
    connection: &impl ConnectionTrait,
    key: ProjectKey<'_>,
) -> Result<Granted<Project, R>> {
    let not_found = || Error::not_found("project");
    let mut query = projects::Entity::find();
    query = match key {
        ProjectKey::Id(id) => query.filter(projects::Column::Id.eq(id)),
        ProjectKey::Name(name) => query.filter(projects::Column::Name.eq(name)),
        ProjectKey::Uid(uid) => query.filter(projects::Column::Uid.eq(uid)),
    };
    let level = match &call.actor {
        Actor::System => {
            let row = query.one(connection).await?.ok_or_else(not_found)?;
            return Ok(Granted::vouch(row.into()));
        }
        Actor::Nobody => return Err(Error::unauthenticated("sign in first")),
        Actor::DeployKey(_) => return Err(not_found()),
        Actor::User(user) => {
            query = query.filter(projects::Column::TeamId.eq(user.team));
            let row = query.one(connection).await?.ok_or_else(not_found)?;
            let level = level_of(connection, user, row.id).await?;
            (level, row)
        }
    };
    let (level, row) = level;
    if level == 0 {
        return Err(not_found());
    }
    if level < R::LEVEL {
        return Err(Error::denied(format!("the right to {} the project", R::NAME)));
    }
    Ok(Granted::vouch(row.into()))
}

async fn level_of(
    connection: &impl ConnectionTrait,
    user: &UserActor,
    project: ProjectId,
) -> Result<u8> {
    if user.role >= TeamRole::Admin {
        return Ok(ProjectRole::Admin.level());
    }
    let rows = project_members::Entity::find()
        .filter(project_members::Column::ProjectId.eq(project))
        .filter(project_members::Column::UserId.eq(user.id))
        .all(connection)
        .await?;
    let roles = rows.iter().filter_map(|row| row.role.parse::<ProjectRole>().ok());
    Ok(roles.max().map_or(0, ProjectRole::level))
}

/// The highest role that the caller holds in the project; team admins hold
/// the admin's.
///
/// # Errors
/// When the database cannot be read.
pub async fn role_in(
    call: &Call,
    project: &Granted<Project, impl Right>,
) -> Result<Option<ProjectRole>> {
    let level = match &call.actor {
        Actor::System => 3,
        Actor::Nobody | Actor::DeployKey(_) => 0,
        Actor::User(user) => level_of(call.db.reader(), user, project.id).await?,
    };
    Ok(ProjectRole::ALL.into_iter().find(|role| role.level() == level))
}
