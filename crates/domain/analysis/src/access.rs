//! Who may do what with a plan.

use base::{Actor, Error, Granted, Result, Right};
use call::Call;
use projects::{ProjectId, ProjectKey};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::plan::{PlanId, ScanPlan};
use crate::plans;
use crate::tables::plans as rows;

/// How a caller names a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanKey<'a> {
    /// By its number.
    Id(PlanId),
    /// By its 32 hexadecimal characters.
    Uid(&'a str),
    /// By its name in a project.
    Named(ProjectId, &'a str),
}

/// Finds the plan and checks that the caller holds the right `R` on it. Rights
/// on a plan are those on its project.
///
/// # Errors
/// * `Unauthenticated` when nobody is signed in;
/// * `NotFound` when it does not exist or the caller may not see it;
/// * `Denied` when he may see it but not do this.
pub async fn authorise_plan<R: Right>(
    call: &Call,
    key: PlanKey<'_>,
) -> Result<Granted<ScanPlan, R>> {
    if matches!(call.actor, Actor::Nobody) {
        return Err(Error::unauthenticated("sign in first"));
    }
    let query = match key {
        PlanKey::Id(id) => rows::Entity::find_by_id(id),
        PlanKey::Uid(uid) => rows::Entity::find().filter(rows::Column::Uid.eq(uid)),
        PlanKey::Named(project, name) => rows::Entity::find()
            .filter(rows::Column::ProjectId.eq(project))
            .filter(rows::Column::Name.eq(name)),
    };
    let connection = call.db.reader();
    let not_found = || Error::not_found("scan plan");
    let row = query.one(connection).await?.ok_or_else(not_found)?;
    match projects::authorise::<R>(call, ProjectKey::Id(row.project_id)).await {
        Ok(_) => {}
        Err(error) if error.is_not_found() => return Err(not_found()),
        Err(Error::Denied { .. }) => {
            return Err(Error::denied(format!("the right to {} the scan plan", R::NAME)));
        }
        Err(error) => return Err(error),
    }
    let plan = plans::with_sources(connection, vec![row]).await?.pop();
    plan.map(Granted::vouch).ok_or_else(not_found)
}
