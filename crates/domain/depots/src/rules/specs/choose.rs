//! The specification that a depot follows.

use base::{Administer, AtLeast, Granted, Read, Result, Right};
use call::Call;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
};
use serde_json::json;

use super::{Spec, SpecContent, built_in, check, team};
use crate::Depot;
use crate::rules::store;
use crate::tables::rules::depot_settings;
use crate::tables::rules::depot_specs::{ActiveModel, Column, Entity};

const BUILT_IN: &str = "system";
const STORED: &str = "stored";

/// The specification that a depot follows, if any.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_depot<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
) -> Result<Option<Spec>> {
    let connection = call.db.reader();
    match store::find(connection, depot.id).await? {
        Some(row) => followed(connection, &row).await,
        None => Ok(None),
    }
}

pub(in crate::rules) async fn followed(
    connection: &impl ConnectionTrait,
    settings: &depot_settings::Model,
) -> Result<Option<Spec>> {
    match (&*settings.spec_kind, settings.spec_id) {
        (BUILT_IN, _) => Ok(built_in::find(&settings.spec_title)),
        (STORED, Some(id)) => {
            Entity::find_by_id(id).one(connection).await?.map(Spec::stored).transpose()
        }
        _ => Ok(None),
    }
}

/// Has a depot follow the specification of that title, or none for an empty
/// one.
///
/// # Errors
/// `NotFound` when neither the team nor the installation has it.
pub async fn choose(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    title: &str,
) -> Result<Option<Spec>> {
    let title = title.trim();
    let tx = call.db.begin().await?;
    let mut active: depot_settings::ActiveModel = store::ensure(&tx, depot.id).await?.into();
    let (kind, built_in_title, id, spec) = if title.is_empty() {
        ("", "", None, None)
    } else if let Some(spec) = built_in::find(title) {
        (BUILT_IN, title, None, Some(spec))
    } else {
        let row = team::row(&*tx, depot.team, title).await?.ok_or_else(team::not_found)?;
        (STORED, "", Some(row.id), Some(Spec::stored(row)?))
    };
    active.spec_kind = Set(kind.to_owned());
    active.spec_title = Set(built_in_title.to_owned());
    active.spec_id = Set(id);
    active.update(&*tx).await?;
    store::record(call, &tx, depot, "depot.spec.chosen", json!({ "title": title })).await?;
    tx.commit().await?;
    Ok(spec)
}

/// Gives a depot a specification of its own, or changes it, and has it follow
/// that.
///
/// # Errors
/// `Missing`/`Invalid` on `types` or `directions`.
pub async fn save_own(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    content: SpecContent,
) -> Result<Spec> {
    let content = check(content)?;
    let tx = call.db.begin().await?;
    let known = Entity::find().filter(Column::DepotId.eq(depot.id)).one(&*tx).await?;
    let mut active = match known {
        Some(row) => ActiveModel::from(row),
        None => ActiveModel {
            id: NotSet,
            team_id: Set(None),
            depot_id: Set(Some(depot.id)),
            title: Set(String::new()),
            description: Set(String::new()),
            ..Default::default()
        },
    };
    active.allow_others = Set(content.allow_others);
    active.types = Set(serde_json::to_string(&content.types)?);
    active.directions = Set(serde_json::to_string(&content.directions)?);
    let row: crate::tables::rules::depot_specs::Model =
        sea_orm::TryIntoModel::try_into_model(active.save(&*tx).await?)?;
    let mut settings: depot_settings::ActiveModel = store::ensure(&tx, depot.id).await?.into();
    settings.spec_kind = Set(STORED.to_owned());
    settings.spec_title = Set(String::new());
    settings.spec_id = Set(Some(row.id));
    settings.update(&*tx).await?;
    let details = json!({ "types": content.types, "directions": content.directions });
    store::record(call, &tx, depot, "depot.spec.changed", details).await?;
    tx.commit().await?;
    Spec::stored(row)
}
