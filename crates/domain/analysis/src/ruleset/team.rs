//! Rulesets for all projects of a team, and the one that new plans begin with.

use base::{Error, Granted, Read, Result, TeamId, Write};
use call::Call;
use projects::Project;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _,
};
use serde_json::json;

use super::own::may;
use super::{Ruleset, RulesetId};
use crate::tables::{rulesets, standards};

/// Makes a ruleset of the project one of the whole team, for every project.
///
/// # Errors
/// `Denied` for whoever is no admin of the team; `NotFound` when the project has
/// no such ruleset; `Conflict` when the team has one of its name.
pub async fn share_ruleset(
    call: &Call,
    project: &Granted<Project, Write>,
    id: RulesetId,
) -> Result<()> {
    may(call, project.team)?;
    let tx = call.db.begin().await?;
    let row = rulesets::Entity::find_by_id(id)
        .filter(rulesets::Column::ProjectId.eq(project.id))
        .one(&*tx)
        .await?
        .ok_or_else(|| Error::not_found("ruleset"))?;
    let taken = rulesets::Entity::find()
        .filter(rulesets::Column::TeamId.eq(project.team))
        .filter(rulesets::Column::ProjectId.is_null())
        .filter(rulesets::Column::Name.eq(&row.name))
        .count(&*tx)
        .await?;
    if taken > 0 {
        return Err(Error::conflict(format!("the ruleset name {} is taken", row.name)));
    }
    let details = json!({ "name": row.name, "from": project.id });
    let mut active: rulesets::ActiveModel = row.into();
    active.project_id = Set(None);
    active.updated_at = Set(call.clock.now());
    active.update(&*tx).await?;
    identity::audit::record(&tx, call, "ruleset.shared", &format!("ruleset:{id}"), details).await?;
    tx.commit().await
}

/// Makes a ruleset for the project that makes the same choice as another that it
/// can use.
///
/// # Errors
/// `NotFound` when the project cannot use it; as [`super::create_ruleset`].
pub async fn copy_ruleset(
    call: &Call,
    project: &Granted<Project, Write>,
    id: RulesetId,
    name: &str,
) -> Result<Ruleset> {
    let from = super::ruleset(call, &project.clone().lower(), id).await?;
    super::create_ruleset(call, project, name, &from.description, &from.content).await
}

/// Says with which of the team's rulesets new plans begin; `None` for the
/// built-in choice.
///
/// # Errors
/// `Denied` for whoever is no admin of the team; `NotFound` when it is none of
/// the team's.
pub async fn set_standard(
    call: &Call,
    project: &Granted<Project, Read>,
    ruleset: Option<RulesetId>,
) -> Result<()> {
    may(call, project.team)?;
    let tx = call.db.begin().await?;
    standards::Entity::delete_many()
        .filter(standards::Column::TeamId.eq(project.team))
        .exec(&*tx)
        .await?;
    if let Some(id) = ruleset {
        let known = rulesets::Entity::find_by_id(id)
            .filter(rulesets::Column::TeamId.eq(project.team))
            .filter(rulesets::Column::ProjectId.is_null())
            .count(&*tx)
            .await?;
        if known == 0 {
            return Err(Error::not_found("ruleset"));
        }
        standards::ActiveModel { id: NotSet, team_id: Set(project.team), ruleset_id: Set(id) }
            .insert(&*tx)
            .await?;
    }
    let details = json!({ "ruleset": ruleset });
    identity::audit::record(&tx, call, "ruleset.standard", "rulesets", details).await?;
    tx.commit().await
}

/// The ruleset that new plans of the project's team begin with.
///
/// # Errors
/// When the database cannot be read.
pub async fn standard_ruleset(
    call: &Call,
    project: &Granted<Project, Read>,
) -> Result<Option<RulesetId>> {
    standard_of(call.db.reader(), project.team).await
}

pub(crate) async fn standard_of(
    connection: &impl ConnectionTrait,
    team: TeamId,
) -> Result<Option<RulesetId>> {
    let row = standards::Entity::find()
        .filter(standards::Column::TeamId.eq(team))
        .one(connection)
        .await?;
    Ok(row.map(|row| row.ruleset_id))
}
