//! Rules for who may push which files.
//!
//! A rule is about the files that its pattern matches. For everybody it denies
//! them or not; for single users and roles the other can be said. What is said
//! of a user counts before what is said of his role, and that before what holds
//! for everybody. A file that several rules are about must be denied by none.

use std::collections::HashMap;

use base::{Administer, AtLeast, Error, Granted, Read, Result, Right};
use call::Call;
use db::Tx;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde_json::json;

use super::holders::{self, Entry};
use super::pattern::PathPatterns;
use super::people::{self, Columns, Holder, Subject};
use super::store;
use crate::Depot;
use crate::tables::rules::{file_rule_privileges as privileges, file_rules as rows};

/// A rule for who may push which files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRule {
    /// Its number.
    pub id: i64,
    /// The files, as a line of `.gitignore` names them.
    pub pattern: String,
    /// Whether nobody may push them of whom nothing else is said.
    pub deny_all: bool,
    /// Of whom something else is said.
    pub privileges: Vec<FilePrivilege>,
}

/// What a rule for files says of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePrivilege {
    /// Of whom; a user or a role.
    pub holder: Holder,
    /// Whether he may not push the files.
    pub deny: bool,
}

const MAX_RULES: u64 = 200;

/// The rules of a depot, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
) -> Result<Vec<FileRule>> {
    let connection = call.db.reader();
    let (rules, rows) = rows_on(connection, depot).await?;
    let columns: Vec<Columns> = rows.iter().map(columns).collect();
    let holders = people::holders(connection, &columns).await?;
    let mut by_rule: HashMap<i64, Vec<FilePrivilege>> = HashMap::new();
    for (row, holder) in rows.into_iter().zip(holders) {
        if let Some(holder) = holder {
            let privilege = FilePrivilege { holder, deny: row.deny };
            by_rule.entry(row.rule_id).or_default().push(privilege);
        }
    }
    Ok(rules
        .into_iter()
        .map(|rule| FileRule {
            privileges: by_rule.remove(&rule.id).unwrap_or_default(),
            id: rule.id,
            pattern: rule.pattern,
            deny_all: rule.deny_all,
        })
        .collect())
}

fn columns(row: &privileges::Model) -> Columns {
    Columns { user: row.user_id, role: row.role.clone(), deploy_key: None }
}

pub(super) async fn rows_on(
    connection: &impl ConnectionTrait,
    depot: &Depot,
) -> Result<(Vec<rows::Model>, Vec<privileges::Model>)> {
    let rules = rows::Entity::find()
        .filter(rows::Column::DepotId.eq(depot.id))
        .order_by_asc(rows::Column::Id)
        .all(connection)
        .await?;
    if rules.is_empty() {
        return Ok((rules, Vec::new()));
    }
    let privileges = privileges::Entity::find()
        .filter(privileges::Column::DepotId.eq(depot.id))
        .order_by_asc(privileges::Column::Id)
        .all(connection)
        .await?;
    Ok((rules, privileges))
}

async fn row(tx: &Tx, depot: &Depot, id: i64) -> Result<rows::Model> {
    rows::Entity::find_by_id(id)
        .filter(rows::Column::DepotId.eq(depot.id))
        .one(&**tx)
        .await?
        .ok_or_else(|| Error::not_found("file push rule"))
}

/// Makes a rule and returns its number.
///
/// # Errors
/// `Missing`/`Invalid` on `pattern`; `Conflict` when there is such a rule;
/// `Limit` beyond 200.
pub async fn create(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    pattern: &str,
    deny_all: bool,
) -> Result<i64> {
    let pattern = pattern.trim();
    if pattern.is_empty() {
        return Err(Error::missing("pattern"));
    }
    PathPatterns::parse("pattern", [pattern])?;
    let tx = call.db.begin().await?;
    store::ensure(&tx, depot.id).await?;
    let of_depot = rows::Entity::find().filter(rows::Column::DepotId.eq(depot.id));
    if of_depot.clone().count(&*tx).await? >= MAX_RULES {
        return Err(Error::limit("a depot has at most 200 file push rules"));
    }
    if of_depot.filter(rows::Column::Pattern.eq(pattern)).count(&*tx).await? > 0 {
        return Err(Error::conflict(format!("there is a rule for {pattern} already")));
    }
    let row = rows::ActiveModel {
        id: NotSet,
        depot_id: Set(depot.id),
        pattern: Set(pattern.to_owned()),
        deny_all: Set(deny_all),
    };
    let row = row.insert(&*tx).await?;
    let details = json!({ "rule": row.id, "pattern": row.pattern, "deny_all": deny_all });
    store::record(call, &tx, depot, "depot.file_rule.created", details).await?;
    tx.commit().await?;
    Ok(row.id)
}

/// Says whether a rule denies its files to everybody.
///
/// # Errors
/// `NotFound`.
pub async fn modify(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    id: i64,
    deny_all: bool,
) -> Result<()> {
    let tx = call.db.begin().await?;
    let mut active: rows::ActiveModel = row(&tx, depot, id).await?.into();
    active.deny_all = Set(deny_all);
    active.update(&*tx).await?;
    let details = json!({ "rule": id, "deny_all": deny_all });
    store::record(call, &tx, depot, "depot.file_rule.changed", details).await?;
    tx.commit().await
}

/// Deletes a rule.
///
/// # Errors
/// `NotFound`.
pub async fn delete(call: &Call, depot: &Granted<Depot, Administer>, id: i64) -> Result<()> {
    let tx = call.db.begin().await?;
    let row = row(&tx, depot, id).await?;
    rows::Entity::delete_by_id(id).exec(&*tx).await?;
    let details = json!({ "rule": id, "pattern": row.pattern });
    store::record(call, &tx, depot, "depot.file_rule.deleted", details).await?;
    tx.commit().await
}

/// What the rules say of people, as [`holders`] changes it.
struct Privileges;

impl holders::List for Privileges {
    const ADDED: &'static str = "depot.file_rule.privilege_added";
    const CHANGED: &'static str = "depot.file_rule.privilege_changed";
    const REMOVED: &'static str = "depot.file_rule.privilege_removed";
    const SAID: &'static str = "deny";
    const TAKEN: &'static str = "the rule says something of him already";
    const MISSING: &'static str = "privilege";

    async fn check_rule(tx: &Tx, depot: &Depot, rule: i64) -> Result<()> {
        row(tx, depot, rule).await.map(drop)
    }

    async fn entries(tx: &Tx, rule: i64) -> Result<Vec<Entry>> {
        let rows = privileges::Entity::find().filter(privileges::Column::RuleId.eq(rule));
        let entry =
            |row: privileges::Model| Entry { id: row.id, who: columns(&row), said: row.deny };
        Ok(rows.all(&**tx).await?.into_iter().map(entry).collect())
    }

    async fn insert(tx: &Tx, depot: &Depot, rule: i64, who: Columns, said: bool) -> Result<()> {
        let row = privileges::ActiveModel {
            id: NotSet,
            depot_id: Set(depot.id),
            rule_id: Set(rule),
            user_id: Set(who.user),
            role: Set(who.role),
            deny: Set(said),
        };
        row.insert(&**tx).await?;
        Ok(())
    }

    async fn say(tx: &Tx, id: i64, said: bool) -> Result<()> {
        let row = privileges::ActiveModel { id: Set(id), deny: Set(said), ..Default::default() };
        row.update(&**tx).await?;
        Ok(())
    }

    async fn delete(tx: &Tx, id: i64) -> Result<()> {
        privileges::Entity::delete_by_id(id).exec(&**tx).await?;
        Ok(())
    }
}

/// Says of a user or a role whether he is denied a rule's files.
///
/// # Errors
/// `NotFound` for the rule or the user; `Conflict` when something is said of
/// him; `Unsupported` for a deploy key.
pub async fn add_privilege(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    id: i64,
    who: &Subject,
    deny: bool,
) -> Result<()> {
    check(who)?;
    holders::add::<Privileges>(call, depot, id, who, deny).await
}

/// Changes what a rule says of a user or a role.
///
/// # Errors
/// `NotFound` for the rule, the user, or when it says nothing of him.
pub async fn change_privilege(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    id: i64,
    who: &Subject,
    deny: bool,
) -> Result<()> {
    check(who)?;
    holders::change::<Privileges>(call, depot, id, who, deny).await
}

/// Has a rule say nothing of a user or a role.
///
/// # Errors
/// `NotFound` for the rule, the user, or when it says nothing of him.
pub async fn remove_privilege(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    id: i64,
    who: &Subject,
) -> Result<()> {
    check(who)?;
    holders::remove::<Privileges>(call, depot, id, who).await
}

fn check(who: &Subject) -> Result<()> {
    match who {
        Subject::DeployKey(_) => {
            Err(Error::unsupported("file push rules are about users and roles"))
        }
        Subject::User(_) | Subject::Role(_) => Ok(()),
    }
}
