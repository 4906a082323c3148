//! Applications: registering and changing them.

use base::{Error, Result, TeamId, Timestamp, UserId};
use call::Call;
use db::Tx;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait as _,
    ConnectionTrait, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::json;

use super::{ApplicationId, redirect};
use crate::secret::{Secret, digest};
use crate::tables::{oauth_applications, oauth_grants, tokens};
use crate::{audit, local, rights, rules};

/// A user's applications at most.
const MOST: u64 = 50;

/// An application without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The number.
    pub id: ApplicationId,
    /// How it names itself to us: 32 hexadecimal characters.
    pub client_id: String,
    /// How people know it.
    pub display_name: String,
    /// Its page, or nothing.
    pub homepage: String,
    /// Where users may be sent back to; the first is what it gets when it
    /// does not say.
    pub redirect_uris: Vec<String>,
    /// Who registered it.
    pub owner: UserId,
    /// In which team.
    pub team: TeamId,
    /// When.
    pub created_at: Timestamp,
}

impl From<oauth_applications::Model> for Application {
    fn from(row: oauth_applications::Model) -> Self {
        Self {
            id: row.id,
            client_id: row.client_id,
            display_name: row.display_name,
            homepage: row.homepage,
            redirect_uris: row.redirect_uris.lines().map(str::to_owned).collect(),
            owner: row.owner_id,
            team: row.team_id,
            created_at: row.created_at,
        }
    }
}

/// An application to be registered.
#[derive(Debug, Clone, Default)]
pub struct NewApplication {
    /// How people will know it, 1 to 100 characters.
    pub display_name: String,
    /// Its page, or nothing.
    pub homepage: String,
    /// Where users may be sent back to, 1 to 10 addresses.
    pub redirect_uris: Vec<String>,
}

/// What of an application is to be changed.
#[derive(Debug, Clone, Default)]
pub struct ApplicationChange {
    /// How people know it.
    pub display_name: Option<String>,
    /// Its page.
    pub homepage: Option<String>,
    /// Where users may be sent back to.
    pub redirect_uris: Option<Vec<String>>,
}

/// Registers an application of the caller's. Its secret cannot be shown again.
///
/// # Errors
/// `Invalid` on `display_name`, `homepage` or `redirect_uri`; `Denied` for
/// whoever came in with a token; `Limit` beyond 50.
pub async fn create(call: &Call, new: NewApplication) -> Result<(Application, Secret)> {
    let owner = call.actor.user()?;
    rights::in_person(call, owner.id)?;
    let name = display_name(&new.display_name)?;
    let homepage = homepage(&new.homepage)?;
    let redirect_uris = addresses(&new.redirect_uris)?;
    let secret = Secret::from(call.random.hex(20));
    let now = call.clock.now();
    let tx = call.db.begin().await?;
    let existing = oauth_applications::Entity::find()
        .filter(oauth_applications::Column::OwnerId.eq(owner.id))
        .count(&*tx)
        .await?;
    if existing >= MOST {
        return Err(Error::limit("a user has at most 50 applications"));
    }
    let row = oauth_applications::ActiveModel {
        id: NotSet,
        client_id: Set(call.random.hex(16)),
        secret_hash: Set(digest(secret.expose())),
        display_name: Set(name),
        homepage: Set(homepage),
        redirect_uris: Set(redirect_uris),
        owner_id: Set(owner.id),
        team_id: Set(owner.team),
        created_at: Set(now),
        updated_at: Set(now),
    }
    .insert(&*tx)
    .await?;
    note(&tx, call, "application.create", &row).await?;
    tx.commit().await?;
    Ok((row.into(), secret))
}

fn display_name(name: &str) -> Result<String> {
    rules::line("display_name", name, 100)?;
    match name.trim() {
        "" => Err(Error::missing("display_name")),
        name => Ok(name.to_owned()),
    }
}

fn homepage(address: &str) -> Result<String> {
    let shaped = address.is_empty()
        || ((address.starts_with("https://") || address.starts_with("http://"))
            && address.len() <= 1000
            && url::Url::parse(address).is_ok());
    if shaped {
        Ok(address.to_owned())
    } else {
        Err(Error::invalid("homepage", "must start with https:// or http://"))
    }
}

fn addresses(addresses: &[String]) -> Result<String> {
    if addresses.is_empty() {
        return Err(Error::missing("redirect_uri"));
    }
    if addresses.len() > 10 {
        return Err(Error::invalid("redirect_uri", "must be at most ten addresses"));
    }
    for address in addresses {
        redirect::check(address)?;
        rules::line("redirect_uri", address, 2000)?;
    }
    Ok(addresses.join("\n"))
}

/// The application that names itself `client_id`.
///
/// # Errors
/// When the database cannot be reached.
pub async fn get(
    connection: &impl ConnectionTrait,
    client_id: &str,
) -> Result<Option<Application>> {
    Ok(by_client_id(connection, client_id).await?.map(Application::from))
}

pub(super) async fn by_client_id(
    connection: &impl ConnectionTrait,
    client_id: &str,
) -> Result<Option<oauth_applications::Model>> {
    let query = oauth_applications::Entity::find()
        .filter(oauth_applications::Column::ClientId.eq(client_id));
    Ok(query.one(connection).await?)
}

/// The caller's applications, the newest first.
///
/// # Errors
/// `Unauthenticated`.
pub async fn list(call: &Call) -> Result<Vec<Application>> {
    let owner = call.actor.user()?.id;
    let rows = oauth_applications::Entity::find()
        .filter(oauth_applications::Column::OwnerId.eq(owner))
        .order_by_desc(oauth_applications::Column::Id)
        .all(call.db.reader())
        .await?;
    Ok(rows.into_iter().map(Application::from).collect())
}

/// Changes one of the caller's applications.
///
/// # Errors
/// `NotFound` for those of others; `Invalid` as in [`create`].
pub async fn change(
    call: &Call,
    id: ApplicationId,
    change: ApplicationChange,
) -> Result<Application> {
    let tx = call.db.begin().await?;
    let mut row = own(&tx, call, id).await?.into_active_model();
    if let Some(name) = change.display_name {
        row.display_name = Set(display_name(&name)?);
    }
    if let Some(address) = change.homepage {
        row.homepage = Set(homepage(&address)?);
    }
    if let Some(list) = change.redirect_uris {
        row.redirect_uris = Set(addresses(&list)?);
    }
    row.updated_at = Set(call.clock.now());
    let row = row.update(&*tx).await?;
    note(&tx, call, "application.change", &row).await?;
    tx.commit().await?;
    Ok(row.into())
}

/// Gives one of the caller's applications a new secret; the old one is void.
///
/// # Errors
/// `NotFound` for those of others.
pub async fn renew_secret(call: &Call, id: ApplicationId) -> Result<Secret> {
    let tx = call.db.begin().await?;
    let row = own(&tx, call, id).await?;
    let secret = Secret::from(call.random.hex(20));
    let mut row = row.into_active_model();
    row.secret_hash = Set(digest(secret.expose()));
    row.updated_at = Set(call.clock.now());
    let row = row.update(&*tx).await?;
    note(&tx, call, "application.renew_secret", &row).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Deletes one of the caller's applications, and with it all that users have
/// let it do.
///
/// # Errors
/// `NotFound` for those of others.
pub async fn delete(call: &Call, id: ApplicationId) -> Result<()> {
    let tx = call.db.begin().await?;
    let row = own(&tx, call, id).await?;
    let given: Vec<i64> = oauth_grants::Entity::find()
        .filter(oauth_grants::Column::ApplicationId.eq(id))
        .all(&*tx)
        .await?
        .into_iter()
        .map(|grant| grant.id)
        .collect();
    for some in given.chunks(500) {
        tokens::Entity::delete_many()
            .filter(tokens::Column::GrantId.is_in(some.iter().copied()))
            .exec(&*tx)
            .await?;
    }
    oauth_applications::Entity::delete_by_id(id).exec(&*tx).await?;
    note(&tx, call, "application.delete", &row).await?;
    local::forget_tokens(&tx, call);
    tx.commit().await
}

async fn own(tx: &Tx, call: &Call, id: ApplicationId) -> Result<oauth_applications::Model> {
    let owner = call.actor.user()?.id;
    rights::in_person(call, owner)?;
    oauth_applications::Entity::find_by_id(id)
        .filter(oauth_applications::Column::OwnerId.eq(owner))
        .one(&**tx)
        .await?
        .ok_or_else(|| Error::not_found("application"))
}

async fn note(tx: &Tx, call: &Call, act: &str, row: &oauth_applications::Model) -> Result<()> {
    let details = json!({ "client_id": row.client_id, "display_name": row.display_name });
    audit::record(tx, call, act, &format!("application:{}", row.id), details).await
}
