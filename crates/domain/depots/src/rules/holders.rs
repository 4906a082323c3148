//! Whom a rule names, each with a yes or no: who may push to the branches of a
//! rule, who may not push the files of one. Putting somebody on such a list,
//! saying the other of him and taking him off are the same for both.

use base::{Administer, Error, Granted, Result};
use call::Call;
use db::Tx;
use serde_json::json;

use super::people::{Columns, Subject};
use super::store;
use crate::Depot;

/// Somebody on a list.
pub(super) struct Entry {
    /// The row.
    pub(super) id: i64,
    pub(super) who: Columns,
    /// What is said of him.
    pub(super) said: bool,
}

/// A kind of list, with the table that holds it.
pub(super) trait List {
    /// What the audit log calls the three changes.
    const ADDED: &'static str;
    const CHANGED: &'static str;
    const REMOVED: &'static str;
    /// What the audit log calls what is said.
    const SAID: &'static str;
    /// The refusal when he is on the list already.
    const TAKEN: &'static str;
    /// What is not found when he is not.
    const MISSING: &'static str;

    /// # Errors
    /// `NotFound` when the depot has no such rule.
    async fn check_rule(tx: &Tx, depot: &Depot, rule: i64) -> Result<()>;
    /// Everybody on the list of a rule.
    async fn entries(tx: &Tx, rule: i64) -> Result<Vec<Entry>>;
    async fn insert(tx: &Tx, depot: &Depot, rule: i64, who: Columns, said: bool) -> Result<()>;
    async fn say(tx: &Tx, id: i64, said: bool) -> Result<()>;
    async fn delete(tx: &Tx, id: i64) -> Result<()>;
}

/// Puts somebody on the list of a rule.
pub(super) async fn add<L: List>(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    rule: i64,
    who: &Subject,
    said: bool,
) -> Result<()> {
    let tx = call.db.begin().await?;
    let (who, found) = find::<L>(&tx, depot, rule, who).await?;
    if found.is_some() {
        return Err(Error::conflict(L::TAKEN));
    }
    let details = details::<L>(rule, &who, said);
    L::insert(&tx, depot, rule, who, said).await?;
    store::record(call, &tx, depot, L::ADDED, details).await?;
    tx.commit().await
}

/// Changes what a rule says of somebody on its list.
pub(super) async fn change<L: List>(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    rule: i64,
    who: &Subject,
    said: bool,
) -> Result<()> {
    let tx = call.db.begin().await?;
    let (who, found) = find::<L>(&tx, depot, rule, who).await?;
    let found = found.ok_or_else(|| Error::not_found(L::MISSING))?;
    L::say(&tx, found.id, said).await?;
    store::record(call, &tx, depot, L::CHANGED, details::<L>(rule, &who, said)).await?;
    tx.commit().await
}

/// Takes somebody off the list of a rule.
pub(super) async fn remove<L: List>(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    rule: i64,
    who: &Subject,
) -> Result<()> {
    let tx = call.db.begin().await?;
    let (who, found) = find::<L>(&tx, depot, rule, who).await?;
    let found = found.ok_or_else(|| Error::not_found(L::MISSING))?;
    L::delete(&tx, found.id).await?;
    store::record(call, &tx, depot, L::REMOVED, details::<L>(rule, &who, found.said)).await?;
    tx.commit().await
}

async fn find<L: List>(
    tx: &Tx,
    depot: &Depot,
    rule: i64,
    who: &Subject,
) -> Result<(Columns, Option<Entry>)> {
    L::check_rule(tx, depot, rule).await?;
    let who = who.columns(&**tx, depot).await?;
    let found = L::entries(tx, rule).await?.into_iter().find(|entry| entry.who == who);
    Ok((who, found))
}

fn details<L: List>(rule: i64, who: &Columns, said: bool) -> serde_json::Value {
    let mut details = json!({ "rule": rule, "user": who.user, "role": who.role });
    if who.deploy_key.is_some() {
        details["deploy_key"] = json!(who.deploy_key);
    }
    details[L::SAID] = json!(said);
    details
}
