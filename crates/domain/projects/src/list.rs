//! Lists of projects, each as far as the caller may see it.

use std::collections::HashMap;

use base::{Actor, Error, PageRequest, Paged, Result, TeamId, TeamRole, UserId};
use call::Call;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::tables::{project_members, projects};
use crate::{Project, ProjectId};

/// Which projects are wanted.
#[derive(Debug, Clone, Default)]
pub struct ProjectFilter {
    /// Slug or name for people contains this, case ignored; empty for any.
    pub name: String,
    /// Only those that this user is a member of.
    pub member: Option<UserId>,
}

/// The projects that the caller may see, the newest first.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in.
pub async fn list(
    call: &Call,
    filter: &ProjectFilter,
    page: PageRequest,
) -> Result<Paged<Project>> {
    let query = filtered(call, filter)?;
    let total = query.clone().count(call.db.reader()).await?;
    let rows = query
        .order_by_desc(projects::Column::Id)
        .offset(page.skip())
        .limit(page.size())
        .all(call.db.reader())
        .await?;
    Ok(Paged { items: rows.into_iter().map(Project::from).collect(), total, page })
}

/// The projects that `user` is a member of, as far as the caller may see them.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in; `NotFound` when the user is
/// not in the caller's team.
pub async fn list_of_user(call: &Call, user: UserId) -> Result<Vec<Project>> {
    let caller = call.actor.user()?;
    if !identity::teams::is_member(call.db.reader(), caller.team, user).await? {
        return Err(Error::not_found("user"));
    }
    let rows = projects::Entity::find()
        .filter(visible(call)?)
        .filter(has_member(user))
        .order_by_desc(projects::Column::Id)
        .all(call.db.reader())
        .await?;
    Ok(rows.into_iter().map(Project::from).collect())
}

/// Projects by id, for rendering lists of things that belong to them. The
/// caller must have found the ids through something that was authorised.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_ids(call: &Call, ids: &[ProjectId]) -> Result<HashMap<ProjectId, Project>> {
    by_ids_in(call.db.reader(), ids).await
}

/// [`by_ids`] inside a unit of work.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_ids_in(
    connection: &impl ConnectionTrait,
    ids: &[ProjectId],
) -> Result<HashMap<ProjectId, Project>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = projects::Entity::find()
        .filter(projects::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
}

fn has_member(user: UserId) -> sea_orm::sea_query::SimpleExpr {
    let memberships = Query::select()
        .column(project_members::Column::ProjectId)
        .from(project_members::Entity)
        .and_where(Expr::col(project_members::Column::UserId).eq(user))
        .to_owned();
    Expr::col((projects::Entity, projects::Column::Id)).in_subquery(memberships)
}

fn filtered(call: &Call, filter: &ProjectFilter) -> Result<sea_orm::Select<projects::Entity>> {
    let mut query = projects::Entity::find().filter(visible(call)?);
    if !filter.name.is_empty() {
        query = query.filter(
            Condition::any()
                .add(db::contains_ignoring_case(Expr::col(projects::Column::Name), &filter.name))
                .add(db::contains_ignoring_case(
                    Expr::col(projects::Column::DisplayName),
                    &filter.name,
                )),
        );
    }
    if let Some(member) = filter.member {
        query = query.filter(has_member(member));
    }
    Ok(query)
}

fn visible(call: &Call) -> Result<Condition> {
    let mut condition = Condition::all();
    match &call.actor {
        Actor::System => {}
        Actor::Nobody => return Err(Error::unauthenticated("sign in first")),
        // It knows of its depot only.
        Actor::DeployKey(_) => condition = condition.add(Expr::value(false)),
        Actor::User(user) => {
            condition = condition.add(projects::Column::TeamId.eq(user.team));
            if user.role < TeamRole::Admin {
                condition = condition.add(has_member(user.id));
            }
        }
    }
    Ok(condition)
}

/// The ids of the projects that a caller may see, as a query that other
/// domains put into their own.
#[derive(Debug, Clone)]
pub struct VisibleIds(sea_orm::sea_query::SelectStatement);

impl VisibleIds {
    /// Only `project`, if it is among them.
    #[must_use]
    pub fn only(mut self, project: ProjectId) -> Self {
        self.0.and_where(Expr::col((projects::Entity, projects::Column::Id)).eq(project));
        self
    }

    /// The query; it selects one column.
    pub fn into_select(self) -> sea_orm::sea_query::SelectStatement {
        self.0
    }
}

/// The ids of the projects that [`list`] would list.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in.
pub fn visible_ids(call: &Call, filter: &ProjectFilter) -> Result<VisibleIds> {
    let query = filtered(call, filter)?.select_only().column(projects::Column::Id);
    Ok(VisibleIds(sea_orm::QueryTrait::into_query(query)))
}

/// The ids of the projects of the caller's team, whether he sees them or not,
/// as a query: for finding what is open to all of the team. Nothing may be told
/// of the projects themselves. For a caller without a team it is
/// [`visible_ids`].
///
/// # Errors
/// `Unauthenticated` when nobody is signed in.
pub fn ids_in_team(call: &Call) -> Result<VisibleIds> {
    let Actor::User(user) = &call.actor else {
        return visible_ids(call, &ProjectFilter::default());
    };
    let query = projects::Entity::find().filter(projects::Column::TeamId.eq(user.team));
    let query = query.select_only().column(projects::Column::Id);
    Ok(VisibleIds(sea_orm::QueryTrait::into_query(query)))
}

/// The id of the project with that slug in a team, whoever asks.
///
/// # Errors
/// When the database cannot be read.
pub async fn id_by_name(
    connection: &impl ConnectionTrait,
    team: TeamId,
    name: &str,
) -> Result<Option<ProjectId>> {
    let row = projects::Entity::find()
        .filter(projects::Column::TeamId.eq(team))
        .filter(projects::Column::Name.eq(name))
        .one(connection)
        .await?;
    Ok(row.map(|row| row.id))
}
