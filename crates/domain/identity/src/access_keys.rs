//! Key pairs with which programs sign their requests: an access key that
//! names the pair and a secret that never travels.

use std::time::Duration;

use base::{Actor, Error, Result, Scopes, TeamId, Timestamp, UserActor, UserId, Via};
use call::{Call, Env};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait as _,
    ConnectionTrait as _, EntityTrait as _, FromQueryResult, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::json;

use crate::acting::{Acting, refused};
use crate::secret::{self, Purpose, Secret};
use crate::tables::access_keys;
use crate::{audit, rights, tokens, users};

/// A user's pairs at most: one in use and one to change over to.
const MOST: u64 = 2;
/// How exact a pair's last use is.
const LAST_USE: Duration = Duration::from_mins(10);
const KEY_LENGTH: usize = 20;
const SECRET_LENGTH: usize = 40;

/// A key pair without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// The number.
    pub id: i64,
    /// 20 upper-case letters and digits.
    pub access_key: String,
    /// Whose it is.
    pub user: UserId,
    /// In which team it acts.
    pub team: TeamId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last signed; exact to ten minutes.
    pub last_used_at: Option<Timestamp>,
}

impl From<access_keys::Model> for AccessKey {
    fn from(row: access_keys::Model) -> Self {
        Self {
            id: row.id,
            access_key: row.access_key,
            user: row.user_id,
            team: row.team_id,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        }
    }
}

/// Makes a pair; the secret of 40 letters and digits cannot be shown again.
/// It acts in `team`, or in the caller's, or in the user's first.
///
/// # Errors
/// `Denied` for whoever came in with a token; `Limit` beyond two pairs.
pub async fn create(
    call: &Call,
    user: UserId,
    team: Option<TeamId>,
) -> Result<(AccessKey, Secret)> {
    rights::in_person(call, user)?;
    let tx = call.db.begin().await?;
    db::lock_in_transaction(&*tx, &format!("identity:access_keys:{user}")).await?;
    let team = tokens::home(&tx, call, user, team).await?;
    let existing = access_keys::Entity::find()
        .filter(access_keys::Column::UserId.eq(user))
        .count(&*tx)
        .await?;
    if existing >= MOST {
        return Err(Error::limit("a user has at most two access keys; delete one first"));
    }
    let access_key = random_text(call, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", KEY_LENGTH);
    let secret = Secret::from(random_text(
        call,
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        SECRET_LENGTH,
    ));
    let row = access_keys::ActiveModel {
        id: NotSet,
        sealed: Set(secret::seal(call, &secret, Purpose::AccessKey(&access_key))?),
        access_key: Set(access_key),
        user_id: Set(user),
        team_id: Set(team),
        created_at: Set(call.clock.now()),
        last_used_at: Set(None),
    }
    .insert(&*tx)
    .await?;
    let details = json!({ "user": user, "access_key": row.access_key });
    audit::record_in(&tx, call, Some(team), "access_key.create", &subject(row.id), details).await?;
    tx.commit().await?;
    Ok((row.into(), secret))
}

/// `length` characters of `alphabet`, each as likely as any other.
fn random_text(env: &Env, alphabet: &[u8], length: usize) -> String {
    let limit = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(length);
    let mut bytes = [0_u8; 64];
    while text.len() < length {
        env.random.fill(&mut bytes);
        let good = bytes.iter().map(|byte| usize::from(*byte)).filter(|value| *value < limit);
        text.extend(
            good.take(length - text.len())
                .map(|value| char::from(alphabet[value % alphabet.len()])),
        );
    }
    text
}

/// A user's pairs, the newest first; for himself and the installation.
///
/// # Errors
/// `NotFound` for others.
pub async fn list(call: &Call, user: UserId) -> Result<Vec<AccessKey>> {
    if !matches!(call.actor, Actor::System) && call.actor.user()?.id != user {
        return Err(Error::not_found("user"));
    }
    let rows = access_keys::Entity::find()
        .filter(access_keys::Column::UserId.eq(user))
        .order_by_desc(access_keys::Column::Id)
        .all(call.db.reader())
        .await?;
    Ok(rows.into_iter().map(AccessKey::from).collect())
}

/// Deletes a pair: of one's own, or as an admin of its team. It stops signing
/// at once.
///
/// # Errors
/// `NotFound` for pairs out of the caller's reach.
pub async fn delete(call: &Call, id: i64) -> Result<()> {
    let tx = call.db.begin().await?;
    let row = access_keys::Entity::find_by_id(id)
        .one(&*tx)
        .await?
        .ok_or_else(|| Error::not_found("access key"))?;
    if call.actor.user_id() == Some(row.user_id) {
        rights::in_person(call, row.user_id)?;
    } else if rights::manages(call, row.team_id).is_err() {
        call.actor.user()?;
        return Err(Error::not_found("access key"));
    }
    access_keys::Entity::delete_by_id(id).exec(&*tx).await?;
    let details = json!({ "user": row.user_id, "access_key": row.access_key });
    let subject = subject(id);
    audit::record_in(&tx, call, Some(row.team_id), "access_key.delete", &subject, details).await?;
    tx.commit().await
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    sealed: Vec<u8>,
    last_used_at: Option<Timestamp>,
}

/// The owner of `access_key` and the secret that his signatures are made
/// with; nothing for an unknown key and for a blocked owner.
///
/// Whoever calls this has to check the signature himself;
/// [`crate::authenticate::access_key`] makes sure of that.
///
/// # Errors
/// When the database cannot be reached or the secret cannot be opened.
pub async fn signing_secret(env: &Env, access_key: &str) -> Result<Option<(UserActor, Secret)>> {
    Ok(find(env, access_key).await?.map(|found| (found.actor, found.secret)))
}

struct Found {
    row: Row,
    acting: Acting,
    actor: UserActor,
    secret: Secret,
}

async fn find(env: &Env, access_key: &str) -> Result<Option<Found>> {
    use access_keys::Column;
    if access_key.len() != KEY_LENGTH {
        return Ok(None);
    }
    let of = |column| (access_keys::Entity, column);
    let mut select = Query::select()
        .columns([of(Column::Id), of(Column::Sealed), of(Column::LastUsedAt)])
        .from(access_keys::Entity)
        .and_where(Expr::col(of(Column::AccessKey)).eq(access_key))
        .to_owned();
    Acting::join(&mut select, of(Column::UserId), of(Column::TeamId));
    let Some(found) = env.db.reader().query_one(&select).await? else { return Ok(None) };
    let row = Row::from_query_result(&found, "")?;
    let acting = Acting::of(&found)?;
    let Ok(actor) = acting.actor(Scopes::EVERYTHING, Via::AccessKey) else { return Ok(None) };
    let secret = secret::open(env, &row.sealed, Purpose::AccessKey(access_key))?;
    Ok(Some(Found { row, acting, actor, secret }))
}

/// The owner of `access_key`, if `verify` finds that the request was signed
/// with its secret. `verify` runs for unknown keys too, with a secret that
/// nobody has.
pub(crate) async fn signed(
    env: &Env,
    access_key: &str,
    verify: impl FnOnce(&Secret) -> bool,
) -> Result<UserActor> {
    let Some(found) = find(env, access_key).await? else {
        let nobodys = Secret::from(env.random.hex(SECRET_LENGTH / 2));
        verify(&nobodys);
        return Err(refused());
    };
    if !verify(&found.secret) {
        return Err(refused());
    }
    let now = env.clock.now();
    if found.row.last_used_at.is_none_or(|last| now.since(last) >= LAST_USE) {
        used(env, &found).await;
    }
    Ok(found.actor)
}

/// Writes the use down. A request does not fail because that failed.
async fn used(env: &Env, found: &Found) {
    let write = async {
        let tx = env.db.begin().await?;
        access_keys::Entity::update_many()
            .col_expr(access_keys::Column::LastUsedAt, Expr::value(env.clock.now()))
            .filter(access_keys::Column::Id.eq(found.row.id))
            .exec(&*tx)
            .await?;
        users::touch(&tx, env, found.actor.id, found.acting.acting_last_activity).await?;
        tx.commit().await
    };
    if let Err(error) = write.await {
        tracing::warn!(key = found.row.id, ?error, "the use of an access key was not written down");
    }
}

fn subject(id: i64) -> String {
    format!("access_key:{id}")
}
