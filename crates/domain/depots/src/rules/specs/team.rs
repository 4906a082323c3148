//! The specifications of a team.

use base::{Actor, Error, Result, TeamId, TeamRole};
use call::Call;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde_json::json;

use super::{MAX_TEXT, Spec, SpecContent, built_in, check};
use crate::tables::rules::depot_settings;
use crate::tables::rules::depot_specs::{ActiveModel, Column, Entity, Model};

const MAX_SPECS: u64 = 100;

/// What the depots of a team can follow: what is built in, then the team's own
/// by title.
///
/// # Errors
/// `NotFound` for a team that the caller is not in.
pub async fn list(call: &Call, team: TeamId) -> Result<Vec<Spec>> {
    in_team(call, team)?;
    let rows = Entity::find()
        .filter(Column::TeamId.eq(team))
        .order_by_asc(Column::Title)
        .all(call.db.reader())
        .await?;
    let own: Vec<Spec> = rows.into_iter().map(Spec::stored).collect::<Result<_>>()?;
    Ok(built_in::all().chain(own).collect())
}

/// The specification of that title: a built-in one, or the team's.
///
/// # Errors
/// `NotFound` when there is none, or for a team that the caller is not in.
pub async fn by_title(call: &Call, team: TeamId, title: &str) -> Result<Spec> {
    in_team(call, team)?;
    if let Some(spec) = built_in::find(title) {
        return Ok(spec);
    }
    Spec::stored(row(call.db.reader(), team, title).await?.ok_or_else(not_found)?)
}

pub(super) fn not_found() -> Error {
    Error::not_found("depot specification")
}

pub(super) async fn row(
    connection: &impl ConnectionTrait,
    team: TeamId,
    title: &str,
) -> Result<Option<Model>> {
    let query = Entity::find().filter(Column::TeamId.eq(team)).filter(Column::Title.eq(title));
    Ok(query.one(connection).await?)
}

/// Makes a specification of the team, or changes the one of that title; it can
/// be given a new title in the same go.
///
/// # Errors
/// `Denied` for whoever is no admin of the team; `Missing`/`Invalid` on
/// `title`, `rename`, `description`, `types`, `directions`; `Conflict` when the
/// new title is taken; `Limit` beyond 100.
pub async fn save(
    call: &Call,
    team: TeamId,
    title: &str,
    rename: &str,
    description: Option<&str>,
    content: SpecContent,
) -> Result<Spec> {
    manages(call, team)?;
    let title = check_title("title", title)?;
    let rename = if rename.trim().is_empty() { title } else { check_title("rename", rename)? };
    if description.is_some_and(|text| text.chars().count() > MAX_TEXT) {
        return Err(Error::invalid("description", "must have at most 500 characters"));
    }
    let content = check(content)?;
    let tx = call.db.begin().await?;
    let known = row(&*tx, team, title).await?;
    if (rename != title || known.is_none())
        && (built_in::find(rename).is_some() || row(&*tx, team, rename).await?.is_some())
    {
        return Err(Error::conflict(format!("there is a specification {rename} already")));
    }
    let mut active = match known {
        Some(row) => ActiveModel::from(row),
        None => {
            let of_team = Entity::find().filter(Column::TeamId.eq(team));
            if of_team.count(&*tx).await? >= MAX_SPECS {
                return Err(Error::limit("a team has at most 100 depot specifications"));
            }
            ActiveModel {
                id: NotSet,
                team_id: Set(Some(team)),
                depot_id: Set(None),
                description: Set(String::new()),
                ..Default::default()
            }
        }
    };
    active.title = Set(rename.to_owned());
    if let Some(description) = description {
        active.description = Set(description.to_owned());
    }
    active.allow_others = Set(content.allow_others);
    active.types = Set(serde_json::to_string(&content.types)?);
    active.directions = Set(serde_json::to_string(&content.directions)?);
    let row = active.save(&*tx).await?;
    let details = json!({ "title": title, "renamed": rename });
    let subject = format!("team:{team}");
    identity::audit::record(&tx, call, "team.depot_spec.saved", &subject, details).await?;
    tx.commit().await?;
    Spec::stored(sea_orm::TryIntoModel::try_into_model(row)?)
}

/// Deletes a specification of the team.
///
/// # Errors
/// `Denied` for whoever is no admin of the team; `NotFound`; `Conflict` while
/// depots follow it.
pub async fn delete(call: &Call, team: TeamId, title: &str) -> Result<()> {
    manages(call, team)?;
    let tx = call.db.begin().await?;
    let row = row(&*tx, team, title).await?.ok_or_else(not_found)?;
    let followers = depot_settings::Entity::find()
        .filter(depot_settings::Column::SpecId.eq(row.id))
        .count(&*tx)
        .await?;
    if followers > 0 {
        return Err(Error::conflict(format!(
            "the specification is in use; depots that follow it: {followers}"
        )));
    }
    Entity::delete_by_id(row.id).exec(&*tx).await?;
    let subject = format!("team:{team}");
    let details = json!({ "title": title });
    identity::audit::record(&tx, call, "team.depot_spec.deleted", &subject, details).await?;
    tx.commit().await
}

fn check_title<'a>(field: &'static str, title: &'a str) -> Result<&'a str> {
    let title = title.trim();
    if title.is_empty() {
        return Err(Error::missing(field));
    }
    if title.chars().count() > 100 {
        return Err(Error::invalid(field, "must have at most 100 characters"));
    }
    Ok(title)
}

fn in_team(call: &Call, team: TeamId) -> Result<()> {
    match &call.actor {
        Actor::System => Ok(()),
        Actor::User(user) if user.team == team => Ok(()),
        Actor::Nobody => Err(Error::unauthenticated("sign in first")),
        Actor::User(_) | Actor::DeployKey(_) => Err(Error::not_found("team")),
    }
}

fn manages(call: &Call, team: TeamId) -> Result<()> {
    in_team(call, team)?;
    match &call.actor {
        Actor::User(user) if user.role < TeamRole::Admin => {
            Err(Error::denied("the role of an admin in the team"))
        }
        _ => Ok(()),
    }
}
