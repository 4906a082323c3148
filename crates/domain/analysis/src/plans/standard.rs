//! The plan that a depot gets without anybody asking.

use base::{Actor, Granted, Result, Write};
use call::Call;
use db::Tx;
use depots::{Depot, DepotKind};
use projects::ProjectId;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};

use super::change::create_in;
use super::{NewPlan, of_depot};
use crate::plan::ScanPlan;
use crate::tables::plans as rows;

/// The name of the plan; of a project's further depots, with theirs.
const NAME: &str = "default";

/// Keeps two who look for a free name for a plan of a project from finding the
/// same one.
pub(super) async fn lock(tx: &Tx, project: ProjectId) -> Result<()> {
    db::lock_in_transaction(&**tx, &format!("analysis:default:{project}")).await
}

/// Makes sure that a hosted depot has a plan: where it has none, one is made
/// for the team's standard ruleset on its default branch, started by pushes and
/// without a gate. Returns the plan if it was made now.
///
/// # Errors
/// When the database cannot be reached.
pub async fn ensure_default_plan(
    call: &Call,
    depot: &Granted<Depot, Write>,
) -> Result<Option<ScanPlan>> {
    if depot.kind != DepotKind::Hosted {
        return Ok(None);
    }
    let tx = call.db.begin().await?;
    // Two pushes may come at once.
    lock(&tx, depot.project).await?;
    if !of_depot(&*tx, depot.id).await?.is_empty() {
        return Ok(None);
    }
    let projects = projects::by_ids_in(&*tx, &[depot.project]).await?;
    let Some(project) = projects.get(&depot.project) else { return Ok(None) };
    let mut name = NAME.to_owned();
    let mut further = 1;
    loop {
        let taken = rows::Entity::find()
            .filter(rows::Column::ProjectId.eq(project.id))
            .filter(rows::Column::Name.eq(&name))
            .count(&*tx)
            .await?;
        if taken == 0 {
            break;
        }
        name = match further {
            1 => format!("{NAME}-{}", depot.name),
            _ => format!("{NAME}-{}-{further}", depot.name),
        };
        further += 1;
    }
    let mut new = NewPlan::named(name, depot.clone().lower(), &depot.default_branch);
    "automatic".clone_into(&mut new.origin);
    new.ruleset = crate::ruleset::standard_of(&*tx, project.team).await?;
    let call = call.clone().by(Actor::System);
    let plan = create_in(&call, &tx, project, new).await?;
    tx.commit().await?;
    Ok(Some(plan))
}
