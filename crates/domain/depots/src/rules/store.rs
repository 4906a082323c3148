//! The row of a depot's settings, and the record of their changes.

use base::Result;
use call::Call;
use db::Tx;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};

use crate::tables::rules::depot_settings::{ActiveModel, Column, Entity, Model};
use crate::{Depot, DepotId};

/// The row, if the depot has one.
pub(super) async fn find(
    connection: &impl ConnectionTrait,
    depot: DepotId,
) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::DepotId.eq(depot)).one(connection).await?)
}

/// The row, or what holds where there is none.
pub(super) async fn find_or_default(
    connection: &impl ConnectionTrait,
    depot: DepotId,
) -> Result<Model> {
    Ok(find(connection, depot).await?.unwrap_or_else(|| Model {
        id: 0,
        depot_id: depot,
        check_author: false,
        deny_force_push: false,
        commit_bytes: None,
        file_bytes: None,
        message_regex: String::new(),
        denied_files: String::new(),
        quota_bytes: None,
        spec_kind: String::new(),
        spec_title: String::new(),
        spec_id: None,
        status_check: false,
        delete_source: false,
        fast_forward: false,
        cancel_grants: false,
        all_reviewers: false,
        squash: "no_squash".to_owned(),
        target_branch: String::new(),
        merge_template: String::new(),
        squash_template: String::new(),
    }))
}

/// The row, made where it is missing. Whoever stores any rule calls this: a
/// depot without the row is taken to have none but locks of files.
pub(super) async fn ensure(tx: &Tx, depot: DepotId) -> Result<Model> {
    if let Some(row) = find(&**tx, depot).await? {
        return Ok(row);
    }
    let default = find_or_default(&**tx, depot).await?;
    let mut active: ActiveModel = default.into();
    active.id = NotSet;
    active.depot_id = Set(depot);
    // From a model everything comes as unchanged, which is not inserted.
    for column in <Column as sea_orm::Iterable>::iter() {
        if !matches!(column, Column::Id) {
            sea_orm::ActiveModelTrait::reset(&mut active, column);
        }
    }
    Entity::insert(active)
        .on_conflict(OnConflict::column(Column::DepotId).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    find(&**tx, depot)
        .await?
        .ok_or_else(|| base::Error::internal("the settings of a depot cannot be written"))
}

/// Writes down in the audit log what was changed.
pub(super) async fn record(
    call: &Call,
    tx: &Tx,
    depot: &Depot,
    act: &'static str,
    details: serde_json::Value,
) -> Result<()> {
    identity::audit::record(tx, call, act, &format!("depot:{}", depot.id), details).await
}
