//! Lists of plans, each as far as the caller may see it.

use std::collections::HashMap;

use base::{PageRequest, Paged, Result};
use call::Call;
use depots::DepotId;
use projects::{ProjectFilter, ProjectId};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use crate::plan::{PlanId, PlanKind, PlanSource, ScanPlan};
use crate::tables::{plan_sources, plans as rows};

/// Which plans are wanted; nothing given means all that the caller may see.
#[derive(Debug, Clone, Default)]
pub struct PlanFilter {
    /// Only those of this project.
    pub project: Option<ProjectId>,
    /// Only those that scan this depot.
    pub depot: Option<DepotId>,
    /// Only those of this kind.
    pub kind: Option<PlanKind>,
    /// The name contains this, case ignored; empty for any.
    pub name: String,
}

/// The plans in the projects that the caller may see, the newest first.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in.
pub async fn plans(call: &Call, filter: &PlanFilter, page: PageRequest) -> Result<Paged<ScanPlan>> {
    let mut visible = projects::visible_ids(call, &ProjectFilter::default())?;
    if let Some(project) = filter.project {
        visible = visible.only(project);
    }
    let mut query = rows::Entity::find()
        .filter(Expr::col(rows::Column::ProjectId).in_subquery(visible.into_select()));
    if let Some(depot) = filter.depot {
        query = query.filter(Expr::col(rows::Column::Id).in_subquery(scanning(depot)));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(rows::Column::Kind.eq(kind.as_str()));
    }
    if !filter.name.is_empty() {
        query =
            query.filter(db::contains_ignoring_case(Expr::col(rows::Column::Name), &filter.name));
    }
    let connection = call.db.reader();
    let total = query.clone().count(connection).await?;
    let rows = query
        .order_by_desc(rows::Column::Id)
        .offset(page.skip())
        .limit(page.size())
        .all(connection)
        .await?;
    Ok(Paged { items: with_sources(connection, rows).await?, total, page })
}

/// The ids of the plans that scan a depot.
fn scanning(depot: DepotId) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .column(plan_sources::Column::PlanId)
        .from(plan_sources::Entity)
        .and_where(Expr::col(plan_sources::Column::DepotId).eq(depot))
        .to_owned()
}

/// The plans that scan a depot, the oldest first, whoever asks.
pub(crate) async fn of_depot(
    connection: &impl ConnectionTrait,
    depot: DepotId,
) -> Result<Vec<ScanPlan>> {
    let found = rows::Entity::find()
        .filter(Expr::col(rows::Column::Id).in_subquery(scanning(depot)))
        .order_by_asc(rows::Column::Id)
        .all(connection)
        .await?;
    with_sources(connection, found).await
}

/// One plan, whoever asks.
pub(crate) async fn one(connection: &impl ConnectionTrait, id: PlanId) -> Result<Option<ScanPlan>> {
    let found = rows::Entity::find_by_id(id).all(connection).await?;
    Ok(with_sources(connection, found).await?.pop())
}

/// Adds the depots: one query for any number of rows.
pub(crate) async fn with_sources(
    connection: &impl ConnectionTrait,
    found: Vec<rows::Model>,
) -> Result<Vec<ScanPlan>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let sources = plan_sources::Entity::find()
        .filter(plan_sources::Column::PlanId.is_in(found.iter().map(|row| row.id)))
        .order_by_asc(plan_sources::Column::PlanId)
        .order_by_asc(plan_sources::Column::Position)
        .all(connection)
        .await?;
    let mut of_plan: HashMap<PlanId, Vec<PlanSource>> = HashMap::new();
    for source in sources {
        let source_of = PlanSource { depot: source.depot_id, branch: source.branch };
        of_plan.entry(source.plan_id).or_default().push(source_of);
    }
    found
        .into_iter()
        .map(|row| {
            Ok(ScanPlan {
                sources: of_plan.remove(&row.id).unwrap_or_default(),
                id: row.id,
                uid: row.uid,
                project: row.project_id,
                name: row.name,
                description: row.description,
                kind: PlanKind::from_stored(&row.kind),
                ruleset: row.ruleset_id,
                definition: serde_json::from_str(&row.definition)?,
                settings: serde_json::from_str(&row.settings)?,
                origin: row.origin,
                enabled: row.enabled,
                creator: row.creator_id,
                creator_name: row.creator_name,
                created_at: row.created_at,
                updated_at: row.updated_at,
                latest_scan: row.latest_scan_id,
                latest_result: row.latest_result_id,
            })
        })
        .collect()
}
