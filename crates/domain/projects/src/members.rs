//! The people of a project.

use std::collections::BTreeMap;

use base::{Administer, Error, Granted, PageRequest, Paged, Read, Result, Timestamp, UserId};
use call::Call;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde_json::json;

use crate::tables::project_members::{self, Column};
use crate::{Project, ProjectRole};

/// A user and the roles that he holds in a project.
#[derive(Debug, Clone)]
pub struct Member {
    /// The user.
    pub user: identity::User,
    /// His roles, the highest first; never empty.
    pub roles: Vec<ProjectRole>,
    /// When he came to the project.
    pub since: Timestamp,
}

/// The members of a project, in the order in which they came.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    call: &Call,
    project: &Granted<Project, Read>,
    role: Option<ProjectRole>,
    page: PageRequest,
) -> Result<Paged<Member>> {
    let mut query = project_members::Entity::find()
        .filter(Column::ProjectId.eq(project.id))
        .order_by_asc(Column::Id);
    if let Some(role) = role {
        let holders = Query::select()
            .column(Column::UserId)
            .from(project_members::Entity)
            .and_where(Expr::col(Column::ProjectId).eq(project.id))
            .and_where(Expr::col(Column::Role).eq(role.as_str()))
            .to_owned();
        query = query.filter(Expr::col(Column::UserId).in_subquery(holders));
    }
    let rows = query.all(call.db.reader()).await?;
    let mut order = Vec::new();
    let mut roles: BTreeMap<UserId, (Vec<ProjectRole>, Timestamp)> = BTreeMap::new();
    for row in rows {
        let entry = roles.entry(row.user_id).or_insert_with(|| {
            order.push(row.user_id);
            (Vec::new(), row.created_at)
        });
        entry.0.push(row.role.parse()?);
    }
    let total = order.len() as u64;
    let skip = usize::try_from(page.skip()).unwrap_or(usize::MAX);
    let size = usize::try_from(page.size()).unwrap_or(usize::MAX);
    let wanted: Vec<UserId> = order.into_iter().skip(skip).take(size).collect();
    let mut users = identity::users::by_ids(call.db.reader(), &wanted).await?;
    let items = wanted
        .into_iter()
        .filter_map(|id| {
            let user = users.remove(&id)?;
            let (mut roles, since) = roles.remove(&id)?;
            roles.sort_unstable_by(|a, b| b.cmp(a));
            Some(Member { user, roles, since })
        })
        .collect();
    Ok(Paged { items, total, page })
}

/// Gives each of the users, named by their unique names, the role. Whoever
/// holds it already keeps it.
///
/// # Errors
/// `Missing` on `members` for an empty list; `NotFound` naming the
/// first user who is not in the team; then nobody is added.
pub async fn add(
    call: &Call,
    project: &Granted<Project, Administer>,
    names: &[String],
    role: ProjectRole,
) -> Result<()> {
    if names.is_empty() {
        return Err(Error::missing("members"));
    }
    let tx = call.db.begin().await?;
    for name in names {
        let user = team_member(&tx, project, name).await?;
        give(call, &tx, project, user, role).await?;
    }
    tx.commit().await
}

/// Gives a user a role or takes it away. Who loses his last role is no longer
/// a member; the last admin cannot be taken away.
///
/// # Errors
/// `NotFound` when the user is not in the team, or does not hold the role that
/// is to be taken; `Conflict` for the last admin.
pub async fn set_role(
    call: &Call,
    project: &Granted<Project, Administer>,
    name: &str,
    role: ProjectRole,
    holds: bool,
) -> Result<()> {
    let tx = call.db.begin().await?;
    let user = team_member(&tx, project, name).await?;
    if holds {
        give(call, &tx, project, user, role).await?;
    } else {
        take(call, &tx, project, user, role).await?;
    }
    tx.commit().await
}

/// Takes all roles from a user.
///
/// # Errors
/// `NotFound` when he is no member; `Conflict` for the last admin.
pub async fn remove(
    call: &Call,
    project: &Granted<Project, Administer>,
    user: UserId,
) -> Result<()> {
    let tx = call.db.begin().await?;
    let rows = project_members::Entity::find()
        .filter(Column::ProjectId.eq(project.id))
        .filter(Column::UserId.eq(user))
        .all(&*tx)
        .await?;
    if rows.is_empty() {
        return Err(Error::not_found("member"));
    }
    for row in rows {
        take(call, &tx, project, user, row.role.parse()?).await?;
    }
    tx.commit().await
}

async fn team_member(
    tx: &db::Tx,
    project: &Granted<Project, Administer>,
    name: &str,
) -> Result<UserId> {
    let user = identity::users::by_name(&**tx, name).await?;
    match user {
        Some(user) if identity::teams::is_member(&**tx, project.team, user.id).await? => {
            Ok(user.id)
        }
        _ => Err(Error::not_found(format!("user {name}"))),
    }
}

async fn give(
    call: &Call,
    tx: &db::Tx,
    project: &Granted<Project, Administer>,
    user: UserId,
    role: ProjectRole,
) -> Result<()> {
    let row = project_members::ActiveModel {
        id: NotSet,
        project_id: Set(project.id),
        user_id: Set(user),
        role: Set(role.as_str().to_owned()),
        created_at: Set(call.clock.now()),
    };
    project_members::Entity::insert(row)
        .on_conflict(
            sea_orm::sea_query::OnConflict::columns([
                Column::ProjectId,
                Column::UserId,
                Column::Role,
            ])
            .do_nothing()
            .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    record(call, tx, project, "project.member.added", user, role).await
}

async fn take(
    call: &Call,
    tx: &db::Tx,
    project: &Granted<Project, Administer>,
    user: UserId,
    role: ProjectRole,
) -> Result<()> {
    let holders = project_members::Entity::find()
        .filter(Column::ProjectId.eq(project.id))
        .filter(Column::Role.eq(role.as_str()))
        .all(&**tx)
        .await?;
    if !holders.iter().any(|row| row.user_id == user) {
        return Err(Error::not_found("role of the user"));
    }
    if role == ProjectRole::Admin && holders.len() == 1 {
        return Err(Error::conflict("the project's last admin must stay"));
    }
    project_members::Entity::delete_many()
        .filter(Column::ProjectId.eq(project.id))
        .filter(Column::UserId.eq(user))
        .filter(Column::Role.eq(role.as_str()))
        .exec(&**tx)
        .await?;
    record(call, tx, project, "project.member.removed", user, role).await
}

async fn record(
    call: &Call,
    tx: &db::Tx,
    project: &Granted<Project, Administer>,
    act: &'static str,
    user: UserId,
    role: ProjectRole,
) -> Result<()> {
    let details = json!({ "user": user, "role": role.as_str() });
    identity::audit::record(tx, call, act, &format!("project:{}", project.id), details).await
}
