//! Whom rules that protect branches name.

use base::{Administer, AtLeast, Granted, Read, Result, Right};
use call::Call;
use db::Tx;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};

use super::row;
use crate::Depot;
use crate::rules::holders::{self, Entry};
use crate::rules::people::{self, Columns, Holder, Subject};
use crate::tables::rules::branch_rule_members as rows;

/// Somebody whom a rule names: he grants merge requests, and may push if the
/// rule says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchRuleMember {
    /// Who.
    pub holder: Holder,
    /// Whether he may push without a merge request.
    pub allow_push: bool,
}

/// Whom a rule names, in the order in which they came.
///
/// # Errors
/// `NotFound` when there is no such rule.
pub async fn members<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    id: i64,
) -> Result<Vec<BranchRuleMember>> {
    let connection = call.db.reader();
    row(connection, depot, id).await?;
    let rows = rows::Entity::find()
        .filter(rows::Column::RuleId.eq(id))
        .order_by_asc(rows::Column::Id)
        .all(connection)
        .await?;
    let columns: Vec<Columns> = rows.iter().map(columns).collect();
    let holders = people::holders(connection, &columns).await?;
    Ok(rows
        .into_iter()
        .zip(holders)
        .filter_map(|(row, holder)| {
            Some(BranchRuleMember { holder: holder?, allow_push: row.allow_push })
        })
        .collect())
}

pub(in crate::rules) fn columns(row: &rows::Model) -> Columns {
    Columns { user: row.user_id, role: row.role.clone(), deploy_key: row.deploy_key_id }
}

pub(in crate::rules) async fn members_on(
    connection: &impl ConnectionTrait,
    depot: &Depot,
) -> Result<Vec<rows::Model>> {
    let query = rows::Entity::find().filter(rows::Column::DepotId.eq(depot.id));
    Ok(query.all(connection).await?)
}

/// The lists of the rules, as [`holders`] changes them.
struct Members;

impl holders::List for Members {
    const ADDED: &'static str = "depot.branch_rule.member_added";
    const CHANGED: &'static str = "depot.branch_rule.member_changed";
    const REMOVED: &'static str = "depot.branch_rule.member_removed";
    const SAID: &'static str = "allow_push";
    const TAKEN: &'static str = "he is a member of the rule already";
    const MISSING: &'static str = "member of the rule";

    async fn check_rule(tx: &Tx, depot: &Depot, rule: i64) -> Result<()> {
        row(&**tx, depot, rule).await.map(drop)
    }

    async fn entries(tx: &Tx, rule: i64) -> Result<Vec<Entry>> {
        let rows = rows::Entity::find().filter(rows::Column::RuleId.eq(rule));
        let entry =
            |row: rows::Model| Entry { id: row.id, who: columns(&row), said: row.allow_push };
        Ok(rows.all(&**tx).await?.into_iter().map(entry).collect())
    }

    async fn insert(tx: &Tx, depot: &Depot, rule: i64, who: Columns, said: bool) -> Result<()> {
        let row = rows::ActiveModel {
            id: NotSet,
            depot_id: Set(depot.id),
            rule_id: Set(rule),
            user_id: Set(who.user),
            role: Set(who.role),
            deploy_key_id: Set(who.deploy_key),
            allow_push: Set(said),
        };
        row.insert(&**tx).await?;
        Ok(())
    }

    async fn say(tx: &Tx, id: i64, said: bool) -> Result<()> {
        let row = rows::ActiveModel { id: Set(id), allow_push: Set(said), ..Default::default() };
        row.update(&**tx).await?;
        Ok(())
    }

    async fn delete(tx: &Tx, id: i64) -> Result<()> {
        rows::Entity::delete_by_id(id).exec(&**tx).await?;
        Ok(())
    }
}

/// Puts somebody on the list of a rule.
///
/// # Errors
/// `NotFound` for the rule or the user; `Conflict` when he is on it.
pub async fn add_member(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    id: i64,
    who: &Subject,
    allow_push: bool,
) -> Result<()> {
    holders::add::<Members>(call, depot, id, who, allow_push).await
}

/// Lets somebody on the list of a rule push, or no longer.
///
/// # Errors
/// `NotFound` for the rule, the user, or when he is not on the list.
pub async fn change_member(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    id: i64,
    who: &Subject,
    allow_push: bool,
) -> Result<()> {
    holders::change::<Members>(call, depot, id, who, allow_push).await
}

/// Takes somebody off the list of a rule.
///
/// # Errors
/// `NotFound` for the rule, the user, or when he is not on the list.
pub async fn remove_member(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    id: i64,
    who: &Subject,
) -> Result<()> {
    holders::remove::<Members>(call, depot, id, who).await
}
