//! Lists of depots.

use std::collections::HashMap;

use base::{Actor, PageRequest, Paged, Result, TeamId, UserId};
use call::Call;
use projects::{ProjectFilter, ProjectId};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, FromQueryResult as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait,
};

use crate::tables::depots;
use crate::{Address, Depot, DepotId, DepotKind, DepotState};

/// Which depots are wanted.
#[derive(Debug, Clone, Default)]
pub struct DepotFilter {
    /// Only those of this project.
    pub project: Option<ProjectId>,
    /// The project's name contains this, case ignored; empty for any.
    pub project_name: String,
    /// The slug contains this, case ignored; empty for any.
    pub name: String,
    /// Only those in projects that the caller is a member of.
    pub mine: bool,
    /// Also those shared ones of his team whose project the caller does not
    /// see; he may read them all the same.
    pub shared_too: bool,
    /// Only those that this user made.
    pub creator: Option<UserId>,
    /// Only the one at this address; one that is no address finds nothing.
    pub address: Option<String>,
    /// The slug or the address contains this, case and scheme ignored; empty
    /// for any.
    pub name_or_address: String,
}

/// The depots of the projects that the caller may see, the oldest first; more
/// where [`DepotFilter::shared_too`] asks for it.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in.
pub async fn list(call: &Call, filter: &DepotFilter, page: PageRequest) -> Result<Paged<Depot>> {
    let member = if filter.mine { call.actor.user_id() } else { None };
    let wanted = ProjectFilter { name: filter.project_name.clone(), member };
    let mut visible = projects::visible_ids(call, &wanted)?;
    if let Some(project) = filter.project {
        visible = visible.only(project);
    }
    let within = |projects: projects::VisibleIds| {
        Expr::col(depots::Column::ProjectId).in_subquery(projects.into_select())
    };
    let mut wanted_projects = Condition::any().add(within(visible));
    if filter.shared_too {
        let mut team = projects::ids_in_team(call)?;
        if let Some(project) = filter.project {
            team = team.only(project);
        }
        let shared = Condition::all().add(depots::Column::Shared.eq(true)).add(within(team));
        wanted_projects = wanted_projects.add(shared);
    }
    let mut query = depots::Entity::find().filter(wanted_projects);
    if !filter.name.is_empty() {
        query =
            query.filter(db::contains_ignoring_case(Expr::col(depots::Column::Name), &filter.name));
    }
    if let Some(creator) = filter.creator {
        query = query.filter(depots::Column::CreatorId.eq(creator));
    }
    let query = query.order_by_asc(depots::Column::Id);
    let connection = call.db.reader();
    if filter.address.is_some() || !filter.name_or_address.is_empty() {
        // An address is made of names in several tables and of where this
        // installation lives, so it is compared here.
        let mut found = with_names(connection, query.all(connection).await?).await?;
        found.retain(|depot| has_address(call, depot, filter));
        return Ok(cut(found, page));
    }
    let total = query.clone().count(connection).await?;
    let rows = query.offset(page.skip()).limit(page.size()).all(connection).await?;
    Ok(Paged { items: with_names(connection, rows).await?, total, page })
}

fn has_address(call: &Call, depot: &Depot, filter: &DepotFilter) -> bool {
    let url = depot.http_url(&call.addresses.http);
    if let Some(wanted) = &filter.address {
        let same = match (Address::parse(wanted), Address::parse(&url)) {
            (Some(wanted), Some(own)) => {
                let ours = depot.kind == DepotKind::Hosted && wanted.is_ours(&call.env);
                wanted.path == own.path && (ours || wanted.host == own.host)
            }
            _ => false,
        };
        if !same {
            return false;
        }
    }
    let bare = |text: &str| {
        let text = text.split_once("://").map_or(text, |(_, rest)| rest).to_lowercase();
        text.strip_suffix(".git").map_or_else(|| text.clone(), str::to_owned)
    };
    let part = bare(&filter.name_or_address);
    depot.name.to_lowercase().contains(&part) || bare(&url).contains(&part)
}

fn cut(found: Vec<Depot>, page: PageRequest) -> Paged<Depot> {
    let total = found.len() as u64;
    let skip = usize::try_from(page.skip()).unwrap_or(usize::MAX);
    let size = usize::try_from(page.size()).unwrap_or(usize::MAX);
    Paged { items: found.into_iter().skip(skip).take(size).collect(), total, page }
}

/// Depots by id, for rendering lists of things that belong to them. The
/// caller must have found the ids through something that was authorised.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_ids(call: &Call, ids: &[DepotId]) -> Result<HashMap<DepotId, Depot>> {
    if ids.is_empty() || matches!(call.actor, Actor::Nobody) {
        return Ok(HashMap::new());
    }
    let connection = call.db.reader();
    let rows = depots::Entity::find()
        .filter(depots::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    let depots = with_names(connection, rows).await?;
    Ok(depots.into_iter().map(|depot| (depot.id, depot)).collect())
}

/// Adds the names of project and team: two queries for any number of rows.
pub(crate) async fn with_names(
    connection: &impl ConnectionTrait,
    rows: Vec<depots::Model>,
) -> Result<Vec<Depot>> {
    let mut project_ids: Vec<ProjectId> = rows.iter().map(|row| row.project_id).collect();
    project_ids.sort_unstable();
    project_ids.dedup();
    let projects = projects::by_ids_in(connection, &project_ids).await?;
    let mut team_ids: Vec<_> = projects.values().map(|project| project.team).collect();
    team_ids.sort_unstable();
    team_ids.dedup();
    let teams = identity::teams::by_ids(connection, &team_ids).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let project = projects.get(&row.project_id)?;
            let team = teams.get(&project.team)?;
            let names = Names {
                project_name: project.name.clone(),
                team: team.id,
                team_name: team.name.clone(),
            };
            Some(named(row, names))
        })
        .collect())
}

/// What a depot's row does not say of itself.
struct Names {
    project_name: String,
    team: TeamId,
    team_name: String,
}

fn named(row: depots::Model, names: Names) -> Depot {
    Depot {
        id: row.id,
        project: row.project_id,
        project_name: names.project_name,
        team: names.team,
        team_name: names.team_name,
        name: row.name,
        description: row.description,
        shared: row.shared,
        kind: match row.outside_url {
            Some(url) => DepotKind::Outside { url },
            None => DepotKind::Hosted,
        },
        state: match row.state.as_str() {
            "importing" => DepotState::Importing,
            "failed" => DepotState::Failed { why: row.state_why },
            _ => DepotState::Ready,
        },
        default_branch: row.default_branch,
        creator: row.creator_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
        last_push_at: row.last_push_at,
        archived: row.archived,
    }
}

/// The depot at `team/project/name`, in one query: every request of a Git client
/// begins with this. The tables of projects and teams are only read for names.
pub(crate) async fn by_path(
    connection: &impl ConnectionTrait,
    team: &str,
    project: &str,
    name: &str,
) -> Result<Option<Depot>> {
    let mut select = depots::Entity::find()
        .expr_as(Expr::col(("projects", "name")), "project_name")
        .expr_as(Expr::col(("teams", "id")), "team_id")
        .expr_as(Expr::col(("teams", "name")), "team_name")
        .filter(depots::Column::Name.eq(name));
    QueryTrait::query(&mut select)
        .inner_join("projects", Expr::col(("projects", "id")).equals(("depots", "project_id")))
        .inner_join("teams", Expr::col(("teams", "id")).equals(("projects", "team_id")))
        .and_where(Expr::col(("projects", "name")).eq(project))
        .and_where(Expr::col(("teams", "name")).eq(team));
    let Some(row) = connection.query_one(QueryTrait::query(&mut select)).await? else {
        return Ok(None);
    };
    let names = Names {
        project_name: row.try_get("", "project_name")?,
        team: row.try_get("", "team_id")?,
        team_name: row.try_get("", "team_name")?,
    };
    Ok(Some(named(depots::Model::from_query_result(&row, "")?, names)))
}
