//! Adding, listing and removing keys.

use std::collections::HashMap;

use base::{Actor, Error, Result, Scope, TeamId, Timestamp, UserId};
use call::Call;
use db::Tx;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait as _, Condition,
    ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde_json::json;

use super::{Public, SshKey, SshKeyId, subject};
use crate::tables::ssh_keys;
use crate::{audit, rights, rules, teams, users};

/// A user's keys at most.
const MOST: u64 = 100;

/// A key to be added.
#[derive(Debug, Clone, Default)]
pub struct NewSshKey {
    /// What its owner calls it, at most 100 characters; the key's own comment
    /// where it is empty.
    pub title: String,
    /// The content of the `.pub` file.
    pub content: String,
    /// Until when it is good; for ever without.
    pub expires_at: Option<Timestamp>,
}

/// Whose key is being looked after, and by whom.
enum Care {
    /// By himself or the installation.
    Own,
    /// By an admin of this team.
    Member(TeamId),
}

/// Finds out; `changes` is whether more is done than looking.
async fn care(call: &Call, user: UserId, changes: bool) -> Result<Care> {
    match &call.actor {
        Actor::System => Ok(Care::Own),
        Actor::User(actor) if actor.id == user => {
            if changes {
                call.actor.needs_scope(Scope::ProjectKey)?;
            }
            Ok(Care::Own)
        }
        Actor::User(actor) => {
            if changes {
                rights::manages(call, actor.team)?;
            } else {
                rights::sees_people(call, actor.team)?;
            }
            if !teams::is_member(call.db.reader(), actor.team, user).await? {
                return Err(Error::not_found("user"));
            }
            Ok(Care::Member(actor.team))
        }
        Actor::Nobody | Actor::DeployKey(_) => Err(Error::unauthenticated("sign in first")),
    }
}

/// Adds a key of `user`: one's own, or, as an admin, a member's. What an admin
/// adds acts in his team only.
///
/// # Errors
/// `Missing`/`Invalid` on `content`, `title` or `expires_at`; `Conflict` when
/// the key is in use already, by whomever; `Denied`, `NotFound` for people out
/// of the caller's reach; `Limit` beyond 100 keys.
pub async fn create(call: &Call, user: UserId, new: NewSshKey) -> Result<SshKey> {
    let care = care(call, user, true).await?;
    let public = check(call, &new)?;
    let tx = call.db.begin().await?;
    users::get(&*tx, user).await?;
    let team = match care {
        Care::Own => None,
        Care::Member(team) => {
            teams::reachable(&tx, call, team, user).await?;
            Some(team)
        }
    };
    let existing =
        ssh_keys::Entity::find().filter(ssh_keys::Column::UserId.eq(user)).count(&*tx).await?;
    if existing >= MOST {
        return Err(Error::limit("a user has at most 100 keys"));
    }
    let key = insert(call, &tx, new, public, Some(user), team).await?;
    let details = json!({ "user": user, "title": key.title, "fingerprint": key.fingerprint });
    audit::record(&tx, call, "ssh_key.create", &subject(key.id), details).await?;
    tx.commit().await?;
    Ok(key)
}

/// Adds the key of a thing of another domain, which keeps its number, has
/// checked the caller's right, and writes it down.
///
/// # Errors
/// As [`create`].
pub async fn insert_for_thing(call: &Call, tx: &Tx, new: NewSshKey) -> Result<SshKey> {
    let public = check(call, &new)?;
    insert(call, tx, new, public, None, None).await
}

fn check(call: &Call, new: &NewSshKey) -> Result<Public> {
    rules::line("title", &new.title, 100)?;
    if new.expires_at.is_some_and(|end| end <= call.clock.now()) {
        return Err(Error::invalid("expires_at", "must be in the future"));
    }
    Public::parse(&new.content)
}

async fn insert(
    call: &Call,
    tx: &Tx,
    new: NewSshKey,
    public: Public,
    user: Option<UserId>,
    team: Option<TeamId>,
) -> Result<SshKey> {
    db::lock_in_transaction(&**tx, &format!("identity:ssh_keys:{}", public.fingerprint)).await?;
    let taken = ssh_keys::Entity::find()
        .filter(ssh_keys::Column::Fingerprint.eq(&public.fingerprint))
        .count(&**tx)
        .await?;
    if taken > 0 {
        return Err(Error::conflict("the key is in use already; a key belongs to one owner"));
    }
    let title = match new.title.trim() {
        "" if public.comment.is_empty() => public.algorithm.clone(),
        "" => public.comment,
        title => title.to_owned(),
    };
    let row = ssh_keys::ActiveModel {
        id: NotSet,
        fingerprint: Set(public.fingerprint),
        fingerprint_md5: Set(public.fingerprint_md5),
        algorithm: Set(public.algorithm),
        content: Set(public.content),
        title: Set(title),
        user_id: Set(user),
        team_id: Set(team),
        creator_id: Set(call.actor.user_id()),
        created_at: Set(call.clock.now()),
        expires_at: Set(new.expires_at),
        last_used_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    Ok(row.into())
}

/// The keys of `user`, the newest first: one's own, or, as an admin, those of
/// a member that act in one's team.
///
/// # Errors
/// `Denied`, `NotFound` for people out of the caller's reach.
pub async fn list(call: &Call, user: UserId) -> Result<Vec<SshKey>> {
    let care = care(call, user, false).await?;
    let rows = ssh_keys::Entity::find()
        .filter(reach(&care, user))
        .order_by_desc(ssh_keys::Column::Id)
        .all(call.db.reader())
        .await?;
    Ok(rows.into_iter().map(SshKey::from).collect())
}

fn reach(care: &Care, user: UserId) -> Condition {
    let of_user = Condition::all().add(ssh_keys::Column::UserId.eq(user));
    match care {
        Care::Own => of_user,
        Care::Member(team) => of_user.add(
            Condition::any()
                .add(ssh_keys::Column::TeamId.is_null())
                .add(ssh_keys::Column::TeamId.eq(*team)),
        ),
    }
}

/// Removes a key of `user`; it opens nothing from then on.
///
/// # Errors
/// `NotFound` where he has no such key; as [`list`].
pub async fn delete(call: &Call, user: UserId, key: SshKeyId) -> Result<()> {
    let care = care(call, user, true).await?;
    let tx = call.db.begin().await?;
    if let Care::Member(team) = care {
        teams::reachable(&tx, call, team, user).await?;
    }
    let row = ssh_keys::Entity::find_by_id(key)
        .filter(reach(&care, user))
        .one(&*tx)
        .await?
        .ok_or_else(|| Error::not_found("SSH key"))?;
    ssh_keys::Entity::delete_by_id(key).exec(&*tx).await?;
    let details = json!({ "user": user, "title": row.title, "fingerprint": row.fingerprint });
    audit::record(&tx, call, "ssh_key.delete", &subject(key), details).await?;
    tx.commit().await
}

/// Removes keys of things; what they open is for the caller to know.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete_of_things(tx: &Tx, keys: &[SshKeyId]) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    ssh_keys::Entity::delete_many()
        .filter(ssh_keys::Column::Id.is_in(keys.iter().copied()))
        .filter(ssh_keys::Column::UserId.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The keys with these ids.
///
/// # Errors
/// When the database cannot be reached.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    ids: &[SshKeyId],
) -> Result<HashMap<SshKeyId, SshKey>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = ssh_keys::Entity::find()
        .filter(ssh_keys::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
}
