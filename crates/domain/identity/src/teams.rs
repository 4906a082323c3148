//! Teams and who is in them.

use std::collections::HashMap;

use base::{Error, Result, TeamId, TeamRole, Timestamp, UserId};
use call::{Call, Env};
use db::Tx;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait as _,
    ConnectionTrait, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::json;

use crate::tables::{memberships, teams, tokens};
use crate::{audit, local, rights, rules};

/// A team: the outermost holder of projects and people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// The number.
    pub id: TeamId,
    /// The slug, unique on the installation.
    pub name: String,
    /// The name for people.
    pub display_name: String,
    /// Whether token secrets are kept (sealed), so that requests may be signed with them.
    pub tickets_enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its settings last changed.
    pub updated_at: Timestamp,
}

impl From<teams::Model> for Team {
    fn from(row: teams::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            display_name: row.display_name,
            tickets_enabled: row.tickets_enabled,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// The team with this number.
///
/// # Errors
/// `NotFound`.
pub async fn get(connection: &impl ConnectionTrait, id: TeamId) -> Result<Team> {
    row(connection, id).await.map(Team::from)
}

async fn row(connection: &impl ConnectionTrait, id: TeamId) -> Result<teams::Model> {
    let row = teams::Entity::find_by_id(id).one(connection).await?;
    row.ok_or_else(|| Error::not_found("team"))
}

/// The teams with these ids.
///
/// # Errors
/// When the database does not answer.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    ids: &[TeamId],
) -> Result<HashMap<TeamId, Team>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = teams::Entity::find()
        .filter(teams::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
}

/// The team with this slug.
///
/// # Errors
/// When the database cannot be reached.
pub async fn by_name(connection: &impl ConnectionTrait, name: &str) -> Result<Option<Team>> {
    let row = teams::Entity::find().filter(teams::Column::Name.eq(name)).one(connection).await?;
    Ok(row.map(Team::from))
}

/// Every team of the installation, the oldest first.
///
/// # Errors
/// When the database cannot be reached.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<Team>> {
    let rows = teams::Entity::find().order_by_asc(teams::Column::Id).all(connection).await?;
    Ok(rows.into_iter().map(Team::from).collect())
}

/// The teams that the user is in with his role in each, the oldest first.
///
/// # Errors
/// When the database cannot be reached.
pub async fn of_user(
    connection: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<(Team, TeamRole)>> {
    let roles = memberships::Entity::find()
        .filter(memberships::Column::UserId.eq(user))
        .order_by_asc(memberships::Column::TeamId)
        .all(connection)
        .await?;
    let found = teams::Entity::find()
        .filter(teams::Column::Id.is_in(roles.iter().map(|row| row.team_id)))
        .order_by_asc(teams::Column::Id)
        .all(connection)
        .await?;
    found
        .into_iter()
        .zip(roles)
        .map(|(team, row)| Ok((team.into(), row.role.parse().map_err(Error::internal)?)))
        .collect()
}

/// The role of `user` in `team`, if he is in it.
///
/// # Errors
/// When the database cannot be reached.
pub async fn role_of(
    connection: &impl ConnectionTrait,
    team: TeamId,
    user: UserId,
) -> Result<Option<TeamRole>> {
    match membership(connection, team, user).await? {
        Some(row) => Ok(Some(row.role.parse().map_err(Error::internal)?)),
        None => Ok(None),
    }
}

/// Whether `user` is in `team`.
///
/// # Errors
/// When the database cannot be reached.
pub async fn is_member(
    connection: &impl ConnectionTrait,
    team: TeamId,
    user: UserId,
) -> Result<bool> {
    Ok(membership(connection, team, user).await?.is_some())
}

/// How many people are in `team`.
///
/// # Errors
/// When the database cannot be reached.
pub async fn size(connection: &impl ConnectionTrait, team: TeamId) -> Result<u64> {
    let members = memberships::Entity::find().filter(memberships::Column::TeamId.eq(team));
    Ok(members.count(connection).await?)
}

/// Makes a team with nobody in it; for the installation only.
///
/// # Errors
/// `Denied` for users, `Invalid` on `team`, `Conflict` when the name is taken.
pub async fn create(call: &Call, name: &str, display_name: &str) -> Result<Team> {
    if !matches!(call.actor, base::Actor::System) {
        return Err(Error::denied("to be the installation"));
    }
    let tx = call.db.begin().await?;
    let team = insert(&tx, call, name, display_name).await?;
    let details = json!({ "name": name });
    audit::record_in(&tx, call, Some(team.id), "team.create", &subject(team.id), details).await?;
    tx.commit().await?;
    Ok(team)
}

pub(crate) async fn insert(tx: &Tx, env: &Env, name: &str, display_name: &str) -> Result<Team> {
    rules::team_name(name)?;
    rules::line("display_name", display_name, 100)?;
    if by_name(&**tx, name).await?.is_some() {
        return Err(Error::conflict("there is a team of that name already"));
    }
    let now = env.clock.now();
    let display_name = if display_name.is_empty() { name } else { display_name };
    let team = teams::ActiveModel {
        id: NotSet,
        name: Set(name.to_owned()),
        display_name: Set(display_name.to_owned()),
        tickets_enabled: Set(true),
        created_at: Set(now),
        updated_at: Set(now),
    };
    Ok(team.insert(&**tx).await?.into())
}

/// What of a team's settings is to be changed.
#[derive(Debug, Clone, Default)]
pub struct TeamChange {
    /// The name for people.
    pub display_name: Option<String>,
    /// Whether token secrets are kept for signed tickets. Switching this off
    /// forgets those that are kept; tokens made before it is switched on again
    /// cannot sign.
    pub tickets_enabled: Option<bool>,
}

/// Changes a team's settings; for its owners.
///
/// # Errors
/// `Denied`, `Invalid`, `NotFound`.
pub async fn change(call: &Call, team: TeamId, change: TeamChange) -> Result<Team> {
    rights::owns(call, team)?;
    let tx = call.db.begin().await?;
    let mut row = self::row(&*tx, team).await?.into_active_model();
    if let Some(name) = &change.display_name {
        rules::line("display_name", name, 100)?;
        if name.is_empty() {
            return Err(Error::missing("display_name"));
        }
        row.display_name = Set(name.clone());
    }
    if let Some(enabled) = change.tickets_enabled {
        row.tickets_enabled = Set(enabled);
        if !enabled {
            tokens::Entity::update_many()
                .col_expr(tokens::Column::Sealed, Expr::value(None::<Vec<u8>>))
                .filter(tokens::Column::TeamId.eq(team))
                .exec(&*tx)
                .await?;
        }
    }
    row.updated_at = Set(call.clock.now());
    let row = row.update(&*tx).await?;
    let details =
        json!({ "display_name": change.display_name, "tickets_enabled": change.tickets_enabled });
    audit::record_in(&tx, call, Some(team), "team.change", &subject(team), details).await?;
    tx.commit().await?;
    Ok(row.into())
}

/// Puts a user of another team into `team` as well; for the installation only:
/// teams do not know of each other's people.
///
/// # Errors
/// `Denied` for users, `NotFound`, `Conflict` when he is in it already.
pub async fn add_member(call: &Call, team: TeamId, user: UserId, role: TeamRole) -> Result<()> {
    if !matches!(call.actor, base::Actor::System) {
        return Err(Error::denied("to be the installation"));
    }
    let tx = call.db.begin().await?;
    get(&*tx, team).await?;
    crate::users::get(&*tx, user).await?;
    if is_member(&*tx, team, user).await? {
        return Err(Error::conflict("the user is in the team already"));
    }
    join(&tx, call, team, user, role).await?;
    let details = json!({ "team": team, "role": role });
    let subject = crate::users::subject(user);
    audit::record_in(&tx, call, Some(team), "member.add", &subject, details).await?;
    tx.commit().await
}

pub(crate) async fn join(
    tx: &Tx,
    env: &Env,
    team: TeamId,
    user: UserId,
    role: TeamRole,
) -> Result<()> {
    memberships::ActiveModel {
        id: NotSet,
        team_id: Set(team),
        user_id: Set(user),
        role: Set(role.as_str().to_owned()),
        created_at: Set(env.clock.now()),
    }
    .insert(&**tx)
    .await?;
    Ok(())
}

/// Gives a member another role. Only owners make and unmake owners, and the
/// last one stays.
///
/// # Errors
/// `Denied`, `NotFound`, or `Conflict` for the last owner.
pub async fn change_role(call: &Call, team: TeamId, user: UserId, role: TeamRole) -> Result<()> {
    may_give(call, team, role)?;
    let tx = call.db.begin().await?;
    lock(&tx, team).await?;
    let (row, old) = reachable(&tx, call, team, user).await?;
    if old == role {
        return Ok(());
    }
    if old == TeamRole::Owner {
        another_owner(&tx, team, user).await?;
    }
    let mut row = row.into_active_model();
    row.role = Set(role.as_str().to_owned());
    row.update(&*tx).await?;
    let details = json!({ "team": team, "from": old, "to": role });
    let subject = crate::users::subject(user);
    audit::record_in(&tx, call, Some(team), "member.role", &subject, details).await?;
    local::forget_tokens(&tx, call);
    tx.commit().await
}

/// Takes a member out of the team; what he came in by there is void.
///
/// # Errors
/// `Denied`, `NotFound`, or `Conflict` for the last owner.
pub async fn remove_member(call: &Call, team: TeamId, user: UserId) -> Result<()> {
    // Whoever wants to leave may.
    if call.actor.user_id() == Some(user) {
        rights::in_team(call, team)?;
        rights::in_person(call, user)?;
    } else {
        rights::manages(call, team)?;
    }
    let tx = call.db.begin().await?;
    lock(&tx, team).await?;
    let (row, role) = reachable(&tx, call, team, user).await?;
    if role == TeamRole::Owner {
        another_owner(&tx, team, user).await?;
    }
    memberships::Entity::delete_by_id(row.id).exec(&*tx).await?;
    crate::prune::of_member(&tx, team, user).await?;
    let details = json!({ "team": team, "role": role });
    let subject = crate::users::subject(user);
    audit::record_in(&tx, call, Some(team), "member.remove", &subject, details).await?;
    local::forget_tokens(&tx, call);
    tx.commit().await
}

/// Lets one unit of work at a time change who is what in `team`: two owners
/// could otherwise step down at once.
pub(crate) async fn lock(tx: &Tx, team: TeamId) -> Result<()> {
    db::lock_in_transaction(&**tx, &format!("identity:{}", subject(team))).await
}

/// The membership of `user`, if the caller's role reaches his.
pub(crate) async fn reachable(
    tx: &Tx,
    call: &Call,
    team: TeamId,
    user: UserId,
) -> Result<(memberships::Model, TeamRole)> {
    let row = membership(&**tx, team, user).await?.ok_or_else(|| Error::not_found("user"))?;
    let role: TeamRole = row.role.parse().map_err(Error::internal)?;
    if role == TeamRole::Owner {
        rights::owns(call, team)?;
    }
    Ok((row, role))
}

/// Checks that `team` has an active owner besides `user`.
pub(crate) async fn another_owner(tx: &Tx, team: TeamId, user: UserId) -> Result<()> {
    use crate::tables::users;
    let others = memberships::Entity::find()
        .filter(memberships::Column::TeamId.eq(team))
        .filter(memberships::Column::Role.eq(TeamRole::Owner.as_str()))
        .filter(memberships::Column::UserId.ne(user))
        .all(&**tx)
        .await?;
    let active = users::Entity::find()
        .filter(users::Column::Id.is_in(others.iter().map(|row| row.user_id)))
        .filter(users::Column::Status.eq(crate::UserStatus::Active))
        .count(&**tx)
        .await?;
    if active == 0 {
        return Err(Error::conflict("the last owner of a team stays its owner"));
    }
    Ok(())
}

/// Checks that the caller may hand out `role` in `team`.
pub(crate) fn may_give(call: &Call, team: TeamId, role: TeamRole) -> Result<()> {
    match role {
        TeamRole::Owner => rights::owns(call, team),
        TeamRole::Admin | TeamRole::Member => rights::manages(call, team),
    }
}

pub(crate) async fn membership(
    connection: &impl ConnectionTrait,
    team: TeamId,
    user: UserId,
) -> Result<Option<memberships::Model>> {
    let query = memberships::Entity::find()
        .filter(memberships::Column::TeamId.eq(team))
        .filter(memberships::Column::UserId.eq(user));
    Ok(query.one(connection).await?)
}

fn subject(team: TeamId) -> String {
    format!("team:{team}")
}
