//! What users have let applications do.

use std::collections::HashMap;

use base::{Error, Result, Scopes, TeamId, Timestamp};
use call::{Call, Env};
use db::Tx;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde_json::json;

use super::{Application, ApplicationId};
use crate::tables::{oauth_applications, oauth_grants, tokens};
use crate::{audit, local, rights};

/// An application that the user has let in.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The number.
    pub id: i64,
    /// Which application.
    pub application: Application,
    /// How far it reaches.
    pub scopes: Scopes,
    /// In which team it acts.
    pub team: TeamId,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when it can renew its token.
    pub ends_at: Timestamp,
}

/// The applications that the caller has let in, the latest first.
///
/// # Errors
/// `Unauthenticated`.
pub async fn grants(call: &Call) -> Result<Vec<Grant>> {
    let user = call.actor.user()?.id;
    let connection = call.db.reader();
    let rows = oauth_grants::Entity::find()
        .filter(oauth_grants::Column::UserId.eq(user))
        .filter(oauth_grants::Column::RefreshExpiresAt.gt(call.clock.now()))
        .order_by_desc(oauth_grants::Column::Id)
        .all(connection)
        .await?;
    let wanted: std::collections::BTreeSet<ApplicationId> =
        rows.iter().map(|row| row.application_id).collect();
    let applications: HashMap<ApplicationId, Application> = oauth_applications::Entity::find()
        .filter(oauth_applications::Column::Id.is_in(wanted))
        .all(connection)
        .await?
        .into_iter()
        .map(|row| (row.id, row.into()))
        .collect();
    rows.into_iter()
        .filter_map(|row| {
            let application = applications.get(&row.application_id)?.clone();
            Some(Scopes::parse(&row.scopes).map(|scopes| Grant {
                id: row.id,
                application,
                scopes,
                team: row.team_id,
                created_at: row.created_at,
                ends_at: row.refresh_expires_at,
            }))
        })
        .collect()
}

/// Takes back what the caller has let an application do; its tokens stop
/// working at once.
///
/// # Errors
/// `NotFound` for what others have granted.
pub async fn revoke(call: &Call, grant: i64) -> Result<()> {
    let user = call.actor.user()?.id;
    rights::in_person(call, user)?;
    let tx = call.db.begin().await?;
    let row = oauth_grants::Entity::find_by_id(grant)
        .filter(oauth_grants::Column::UserId.eq(user))
        .one(&*tx)
        .await?
        .ok_or_else(|| Error::not_found("application"))?;
    delete(&tx, call, grant).await?;
    let subject = format!("application:{}", row.application_id);
    audit::record(&tx, call, "application.revoke", &subject, json!({ "grant": grant })).await?;
    tx.commit().await
}

/// Deletes a grant and its tokens.
pub(super) async fn delete(tx: &Tx, env: &Env, grant: i64) -> Result<()> {
    delete_tokens(tx, env, grant).await?;
    oauth_grants::Entity::delete_by_id(grant).exec(&**tx).await?;
    Ok(())
}

/// Deletes the tokens of a grant.
pub(super) async fn delete_tokens(tx: &Tx, env: &Env, grant: i64) -> Result<()> {
    tokens::Entity::delete_many().filter(tokens::Column::GrantId.eq(grant)).exec(&**tx).await?;
    local::forget_tokens(tx, env);
    Ok(())
}
