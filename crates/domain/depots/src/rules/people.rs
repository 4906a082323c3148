//! Whom a rule names: users, roles, deploy keys.

use std::collections::HashMap;

use base::{Error, Result, UserId};
use identity::User;
use projects::ProjectRole;
use sea_orm::ConnectionTrait;

use crate::Depot;

/// Somebody whom a rule is to name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A user of the team, by his unique name.
    User(String),
    /// Whoever holds this role in the project, or a higher one.
    Role(ProjectRole),
    /// A deploy key, by its number.
    DeployKey(i64),
}

/// Somebody whom a rule names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A user.
    User(Box<User>),
    /// Whoever holds this role in the project, or a higher one.
    Role(ProjectRole),
    /// A deploy key, by its number.
    DeployKey(i64),
}

/// A subject as tables hold it; exactly one is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) user: Option<UserId>,
    pub(super) role: Option<String>,
    pub(super) deploy_key: Option<i64>,
}

impl Subject {
    /// # Errors
    /// `NotFound` for a user who is not in the depot's team.
    pub(super) async fn columns(
        &self,
        connection: &impl ConnectionTrait,
        depot: &Depot,
    ) -> Result<Columns> {
        Ok(match self {
            Self::User(name) => {
                let user = identity::users::by_name(connection, name).await?;
                let missing = || Error::not_found(format!("user {name}"));
                let user = user.ok_or_else(missing)?;
                if !identity::teams::is_member(connection, depot.team, user.id).await? {
                    return Err(missing());
                }
                Columns { user: Some(user.id), ..Columns::default() }
            }
            Self::Role(role) => {
                Columns { role: Some(role.as_str().to_owned()), ..Columns::default() }
            }
            Self::DeployKey(id) => Columns { deploy_key: Some(*id), ..Columns::default() },
        })
    }
}

/// The holders of rows with their names: one query. `None` where a row names
/// nobody any more.
pub(super) async fn holders(
    connection: &impl ConnectionTrait,
    rows: &[Columns],
) -> Result<Vec<Option<Holder>>> {
    let ids: Vec<UserId> = rows.iter().filter_map(|row| row.user).collect();
    let users: HashMap<UserId, User> = if ids.is_empty() {
        HashMap::new()
    } else {
        identity::users::by_ids(connection, &ids).await?
    };
    Ok(rows
        .iter()
        .map(|row| match row {
            Columns { user: Some(id), .. } => {
                users.get(id).map(|user| Holder::User(Box::new(user.clone())))
            }
            Columns { role: Some(role), .. } => role.parse().ok().map(Holder::Role),
            Columns { deploy_key: Some(id), .. } => Some(Holder::DeployKey(*id)),
            _ => None,
        })
        .collect())
}
