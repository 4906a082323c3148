//! Finding users.

use std::collections::HashMap;

use base::{Error, PageRequest, Paged, Result, TeamId, TeamRole, Timestamp, UserId};
use call::Call;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::{User, UserStatus};
use crate::tables::{memberships, users};
use crate::{rights, teams};

/// The user with this number.
///
/// # Errors
/// `NotFound`.
pub async fn get(connection: &impl ConnectionTrait, id: UserId) -> Result<User> {
    row(connection, id).await.map(User::from)
}

pub(super) async fn row(connection: &impl ConnectionTrait, id: UserId) -> Result<users::Model> {
    let row = users::Entity::find_by_id(id).one(connection).await?;
    row.ok_or_else(|| Error::not_found("user"))
}

/// The users with these numbers, as far as they exist.
///
/// # Errors
/// When the database cannot be reached.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    ids: &[UserId],
) -> Result<HashMap<UserId, User>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let wanted: std::collections::BTreeSet<UserId> = ids.iter().copied().collect();
    let rows =
        users::Entity::find().filter(users::Column::Id.is_in(wanted)).all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
}

/// The user of this name; upper and lower case are the same.
///
/// # Errors
/// When the database cannot be reached.
pub async fn by_name(connection: &impl ConnectionTrait, name: &str) -> Result<Option<User>> {
    let key = name.to_lowercase();
    let row = users::Entity::find().filter(users::Column::NameKey.eq(key)).one(connection).await?;
    Ok(row.map(User::from))
}

/// The users of these names, as far as they exist, by their name in lower case.
///
/// # Errors
/// When the database cannot be reached.
pub async fn by_names(
    connection: &impl ConnectionTrait,
    names: &[&str],
) -> Result<HashMap<String, User>> {
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let wanted: std::collections::BTreeSet<String> =
        names.iter().map(|name| name.to_lowercase()).collect();
    let rows =
        users::Entity::find().filter(users::Column::NameKey.is_in(wanted)).all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.name_key.clone(), row.into())).collect())
}

/// The user with this mail address.
///
/// # Errors
/// When the database cannot be reached.
pub async fn by_email(connection: &impl ConnectionTrait, email: &str) -> Result<Option<User>> {
    if email.is_empty() {
        return Ok(None);
    }
    let key = email.to_lowercase();
    let row = users::Entity::find().filter(users::Column::EmailKey.eq(key)).one(connection).await?;
    Ok(row.map(User::from))
}

/// The members of a team with these mail addresses, by the address in lower case.
///
/// # Errors
/// When the database cannot be reached.
pub async fn members_by_mails(
    connection: &impl ConnectionTrait,
    team: TeamId,
    mails: &[&str],
) -> Result<HashMap<String, User>> {
    let wanted: std::collections::BTreeSet<String> =
        mails.iter().filter(|mail| !mail.is_empty()).map(|mail| mail.to_lowercase()).collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let members = Query::select()
        .column(memberships::Column::UserId)
        .from(memberships::Entity)
        .and_where(Expr::col(memberships::Column::TeamId).eq(team))
        .to_owned();
    let rows = users::Entity::find()
        .filter(users::Column::EmailKey.is_in(wanted))
        .filter(users::Column::Id.in_subquery(members))
        .all(connection)
        .await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.email_key.clone()?, row.into()))).collect())
}

/// The user whom somebody means who signs in: by name or by mail address.
///
/// # Errors
/// When the database cannot be reached.
pub async fn by_login(connection: &impl ConnectionTrait, login: &str) -> Result<Option<User>> {
    if login.contains('@') {
        by_email(connection, login).await
    } else {
        by_name(connection, login).await
    }
}

/// A user as a member of a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The user.
    pub user: User,
    /// His role in the team.
    pub role: TeamRole,
    /// Since when he is in it.
    pub joined_at: Timestamp,
}

/// Which members are wanted; an empty filter wants all.
#[derive(Debug, Clone, Default)]
pub struct MemberFilter {
    /// The team; without it the caller's.
    pub team: Option<TeamId>,
    /// Text in the name, the display name or the mail address.
    pub text: Option<String>,
    /// Only this role.
    pub role: Option<TeamRole>,
    /// Only this standing.
    pub status: Option<UserStatus>,
}

/// The members of the team, in the order of their numbers; for everyone in it.
///
/// # Errors
/// `Unauthenticated`, or `NotFound` for a team that is not the caller's.
pub async fn team_members(
    call: &Call,
    page: PageRequest,
    filter: &MemberFilter,
) -> Result<Paged<Member>> {
    let team = rights::team_of(call, filter.team)?;
    rights::in_team(call, team)?;
    let connection = call.db.reader();

    let mut inside = Query::select()
        .column(memberships::Column::UserId)
        .from(memberships::Entity)
        .and_where(Expr::col(memberships::Column::TeamId).eq(team))
        .to_owned();
    if let Some(role) = filter.role {
        inside.and_where(Expr::col(memberships::Column::Role).eq(role.as_str()));
    }
    let mut query = users::Entity::find().filter(users::Column::Id.in_subquery(inside));
    if let Some(status) = filter.status {
        query = query.filter(users::Column::Status.eq(status));
    }
    if let Some(text) = filter.text.as_deref().filter(|text| !text.is_empty()) {
        let any = [users::Column::Name, users::Column::DisplayName, users::Column::Email]
            .into_iter()
            .fold(Condition::any(), |any, column| {
                any.add(db::contains_ignoring_case(Expr::col(column), text))
            });
        query = query.filter(any);
    }
    let total = query.clone().count(connection).await?;
    let found = query
        .order_by_asc(users::Column::Id)
        .offset(page.skip())
        .limit(page.size())
        .all(connection)
        .await?;
    let roles = memberships::Entity::find()
        .filter(memberships::Column::TeamId.eq(team))
        .filter(memberships::Column::UserId.is_in(found.iter().map(|user| user.id)))
        .all(connection)
        .await?;
    let roles: HashMap<UserId, memberships::Model> =
        roles.into_iter().map(|row| (row.user_id, row)).collect();
    let mut items = Vec::with_capacity(found.len());
    for user in found {
        // Whoever left between the two queries is not on the page.
        if let Some(row) = roles.get(&user.id) {
            items.push(Member {
                role: row.role.parse().map_err(Error::internal)?,
                joined_at: row.created_at,
                user: user.into(),
            });
        }
    }
    Ok(Paged { items, total, page })
}

/// One member of the caller's team.
///
/// # Errors
/// `NotFound` for whoever is not in it.
pub async fn member(call: &Call, team: Option<TeamId>, user: UserId) -> Result<Member> {
    let team = rights::team_of(call, team)?;
    rights::in_team(call, team)?;
    let connection = call.db.reader();
    let row =
        teams::membership(connection, team, user).await?.ok_or_else(|| Error::not_found("user"))?;
    Ok(Member {
        user: get(connection, user).await?,
        role: row.role.parse().map_err(Error::internal)?,
        joined_at: row.created_at,
    })
}
