//! Protected tags and read-only refs.
//!
//! A protected tag is made, moved and deleted by the depot's administrators
//! only. A read-only ref is changed by nobody; it can be made writable again by
//! the administrators.

use base::{Administer, AtLeast, Error, Granted, Read, Result, Right, Write};
use call::Call;
use db::Tx;
use git::{Oid, Repository};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde_json::json;

use super::pattern::NamePattern;
use super::store;
use crate::push::{self, RefChange};
use crate::tables::rules::ref_rules::{ActiveModel, Column, Entity, Model};
use crate::{Depot, place};

pub(super) const TAG: &str = "tag";
pub(super) const READ_ONLY: &str = "read_only";

const MAX_RULES: u64 = 500;

/// How many protected tags are listed.
const MAX_LISTED: usize = 1_000;

pub(super) async fn rows_on(
    connection: &impl ConnectionTrait,
    depot: &Depot,
) -> Result<Vec<Model>> {
    let query = Entity::find().filter(Column::DepotId.eq(depot.id)).order_by_asc(Column::Id);
    Ok(query.all(connection).await?)
}

async fn patterns<R: Right>(
    call: &Call,
    depot: &Granted<Depot, R>,
    kind: &str,
) -> Result<Vec<String>> {
    let rows = rows_on(call.db.reader(), depot).await?;
    Ok(rows.into_iter().filter(|row| row.kind == kind).map(|row| row.pattern).collect())
}

/// The patterns of the names of protected tags, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn tag_rules<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
) -> Result<Vec<String>> {
    patterns(call, depot, TAG).await
}

/// The full names of the refs that are read-only, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn read_only<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
) -> Result<Vec<String>> {
    patterns(call, depot, READ_ONLY).await
}

/// Protects the tags whose names match any of the patterns: all or none.
///
/// # Errors
/// `Missing` on `pattern` for an empty list or pattern, `Invalid` for what no
/// name can match; `Conflict` when a rule is there.
pub async fn protect_tags(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    wanted: &[String],
) -> Result<()> {
    if wanted.is_empty() {
        return Err(Error::missing("pattern"));
    }
    let wanted: Vec<NamePattern> =
        wanted.iter().map(|text| NamePattern::parse("pattern", text)).collect::<Result<_>>()?;
    let tx = call.db.begin().await?;
    store::ensure(&tx, depot.id).await?;
    for pattern in &wanted {
        insert(call, &tx, depot, TAG, pattern.as_str()).await?;
    }
    tx.commit().await
}

async fn insert(
    call: &Call,
    tx: &Tx,
    depot: &Granted<Depot, Administer>,
    kind: &str,
    pattern: &str,
) -> Result<()> {
    let of_depot = Entity::find().filter(Column::DepotId.eq(depot.id));
    if of_depot.clone().count(&**tx).await? >= MAX_RULES {
        return Err(Error::limit("a depot has at most 500 rules for tags and refs"));
    }
    let taken =
        of_depot.filter(Column::Kind.eq(kind)).filter(Column::Pattern.eq(pattern)).count(&**tx);
    if taken.await? > 0 {
        return Err(Error::conflict(format!("there is a rule for {pattern} already")));
    }
    ActiveModel {
        id: NotSet,
        depot_id: Set(depot.id),
        kind: Set(kind.to_owned()),
        pattern: Set(pattern.to_owned()),
    }
    .insert(&**tx)
    .await?;
    let details = json!({ "kind": kind, "pattern": pattern });
    store::record(call, tx, depot, "depot.ref_rule.created", details).await
}

async fn remove(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    kind: &'static str,
    pattern: &str,
    what: &'static str,
) -> Result<()> {
    let tx = call.db.begin().await?;
    let deleted = Entity::delete_many()
        .filter(Column::DepotId.eq(depot.id))
        .filter(Column::Kind.eq(kind))
        .filter(Column::Pattern.eq(pattern))
        .exec(&*tx)
        .await?;
    if deleted.rows_affected == 0 {
        return Err(Error::not_found(what));
    }
    let details = json!({ "kind": kind, "pattern": pattern });
    store::record(call, &tx, depot, "depot.ref_rule.deleted", details).await?;
    tx.commit().await
}

/// Ends the protection by this pattern.
///
/// # Errors
/// `NotFound` when there is no such rule.
pub async fn unprotect_tags(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    pattern: &str,
) -> Result<()> {
    remove(call, depot, TAG, pattern.trim(), "tag protection rule").await
}

/// Below this stand the refs that keep single commits.
const KEPT: &str = "refs/readonly/";

/// Makes a ref read-only: a branch, else a tag, else the ref of that full name.
/// A commit named by all its digits is kept by a ref of its own below
/// `refs/readonly/`, which is made here. Returns the full name.
///
/// # Errors
/// `Missing` on `ref_name`; `NotFound` when there is no such ref or commit;
/// `Conflict` when it is read-only.
pub async fn make_read_only(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    name: &str,
) -> Result<String> {
    let name = name.trim().to_owned();
    if name.is_empty() {
        return Err(Error::missing("ref_name"));
    }
    let repository = place::open(&call.env, depot.id)?;
    let (full, make) = tokio::task::spawn_blocking(move || full_name(&repository, &name))
        .await
        .map_err(Error::internal)??;
    if let Some(change) = make {
        let writing = depot.clone().lower::<Write>();
        push::apply(call, &writing, vec![change], "keep a commit").await?;
    }
    let tx = call.db.begin().await?;
    store::ensure(&tx, depot.id).await?;
    insert(call, &tx, depot, READ_ONLY, &full).await?;
    tx.commit().await?;
    Ok(full)
}

/// The full name of a ref, and what has to be done for it to be there.
fn full_name(repository: &Repository, name: &str) -> Result<(String, Option<RefChange>)> {
    let exists = |full: &str| -> Result<bool> {
        let visible = full.starts_with("refs/") && !full.starts_with(git::HIDDEN_REFS);
        Ok(visible && repository.reference(full).map_err(Error::internal)?.is_some())
    };
    for full in [format!("refs/heads/{name}"), format!("refs/tags/{name}"), name.to_owned()] {
        if exists(&full)? {
            return Ok((full, None));
        }
    }
    let commit = Oid::from_hex(name).ok().filter(|id| repository.commit(*id).is_ok());
    let commit = commit.ok_or_else(|| Error::not_found("ref"))?;
    let full = format!("{KEPT}{commit}");
    let make = (!exists(&full)?).then(|| RefChange {
        name: full.clone(),
        old: Oid::ZERO.to_string(),
        new: commit.to_string(),
    });
    Ok((full, make))
}

/// Lets a read-only ref be changed again. `name` is its full name.
///
/// # Errors
/// `NotFound` when it is not read-only.
pub async fn make_writable(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    name: &str,
) -> Result<()> {
    remove(call, depot, READ_ONLY, name, "read-only ref").await
}

/// A tag that is protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtectedTag {
    /// Its name.
    pub name: String,
    /// What it says, or else the message of its commit.
    pub message: String,
}

/// The protected tags, by name, at most 1,000: all of them, or those that one
/// rule protects.
///
/// # Errors
/// `NotFound` when there is no such rule.
pub async fn protected_tags<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    rule: Option<&str>,
) -> Result<Vec<ProtectedTag>> {
    let mut rules = tag_rules(call, depot).await?;
    if let Some(rule) = rule {
        rules.retain(|pattern| pattern == rule.trim());
        if rules.is_empty() {
            return Err(Error::not_found("tag protection rule"));
        }
    }
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let rules: Vec<NamePattern> = rules.into_iter().map(NamePattern::stored).collect();
    let repository = place::open(&call.env, depot.id)?;
    tokio::task::spawn_blocking(move || {
        let tags = repository.tags().map_err(Error::internal)?;
        let protected =
            tags.into_iter().filter(|tag| rules.iter().any(|rule| rule.matches(&tag.name)));
        Ok(protected
            .take(MAX_LISTED)
            .map(|tag| {
                let said = tag.annotation.map(|annotation| annotation.message);
                let said = said.filter(|message| !message.trim().is_empty());
                let commit = || repository.commit(tag.object).map(|commit| commit.message);
                let message = said.or_else(|| commit().ok()).unwrap_or_default();
                ProtectedTag { name: tag.name, message: message.trim_end().to_owned() }
            })
            .collect())
    })
    .await
    .map_err(Error::internal)?
}
