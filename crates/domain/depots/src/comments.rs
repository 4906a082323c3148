//! What people say about a commit, a file in it, or a line of that file's diff.

use base::{
    Administer, AtLeast, Error, Granted, PageRequest, Paged, Read, Result, Right, Timestamp,
};
use call::Call;
use db::Tx;
use events::EventKind;
use git::{Oid, Repository};
use identity::User;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde::{Deserialize, Serialize};

use crate::commits::{blocking, commit_id, failed};
use crate::tables::commit_comments::{self as table, Column};
use crate::{Depot, DepotId, DepotKey, authorise, place};

/// The longest comment, in characters.
pub const MAX_CONTENT: usize = 20_000;

/// A comment to be made.
#[derive(Debug, Clone, Default)]
pub struct NewComment {
    /// The commit, by its whole name.
    pub commit: String,
    /// The file that it is about; empty for the commit as a whole.
    pub path: String,
    /// The line of the file's diff, from 1; 0 for the file as a whole. The line
    /// below the first header is 1, and every further line of the diff with three
    /// lines of context counts, the headers of later hunks too.
    pub line: i64,
    /// What it says.
    pub content: String,
}

/// A comment.
#[derive(Debug, Clone)]
pub struct Comment {
    /// Its number, unique on the installation.
    pub id: i64,
    /// The depot.
    pub depot: DepotId,
    /// The commit, 40 or 64 hexadecimal characters.
    pub commit: String,
    /// The file that it is about; empty for the commit as a whole.
    pub path: String,
    /// The line of the file's diff, from 1; 0 for the file as a whole.
    pub line: i64,
    /// What it says.
    pub content: String,
    /// Who says it, unless he was deleted.
    pub author: Option<User>,
    /// When.
    pub created_at: Timestamp,
    /// When its author last said it otherwise.
    pub edited_at: Option<Timestamp>,
}

impl Comment {
    /// Whether the caller is who said it, so that he may say it otherwise.
    #[must_use]
    pub fn is_callers(&self, call: &Call) -> bool {
        self.author.as_ref().is_some_and(|author| call.actor.user_id() == Some(author.id))
    }
}

/// The payload of the event `depot.commit_commented`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Commented {
    /// The depot.
    pub depot: DepotId,
    /// The commit.
    pub commit: String,
    /// The comment's number.
    pub comment: i64,
}

impl EventKind for Commented {
    const KIND: &'static str = "depot.commit_commented";
}

/// Says something about a commit. Whoever may read the depot may.
///
/// # Errors
/// * `Unauthenticated` for what is no user;
/// * `Missing`/`Invalid` naming `commit`, `path`, `line` or `content`;
/// * `NotFound` when the depot has no such commit.
pub async fn create<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    new: NewComment,
) -> Result<Comment> {
    let author = call.actor.user()?.id;
    let commit = commit_id("commit", &new.commit)?;
    let content = checked(&new.content)?;
    if new.line < 0 || (new.line > 0 && new.path.is_empty()) {
        return Err(Error::invalid("line", "must be a line of the diff of a file, from 1"));
    }
    let repository = place::repository(&call.env, depot)?;
    let path = new.path.clone();
    blocking(move || check_target(&repository, commit, &path)).await?;
    let tx = call.db.begin().await?;
    let row = table::ActiveModel {
        id: NotSet,
        depot_id: Set(depot.id),
        sha: Set(commit.to_string()),
        path: Set(new.path),
        line: Set(new.line),
        content: Set(content.to_owned()),
        author_id: Set(Some(author)),
        created_at: Set(call.clock.now()),
        edited_at: Set(None),
    }
    .insert(&*tx)
    .await?;
    let payload = Commented { depot: depot.id, commit: row.sha.clone(), comment: row.id };
    call.emit(&tx, Some(depot.project.0), &payload).await?;
    let comment = with_author(&*tx, row).await?;
    tx.commit().await?;
    Ok(comment)
}

/// Says one's own comment otherwise.
///
/// # Errors
/// * `NotFound` when the depot has no such comment;
/// * `Denied` for another's;
/// * `Missing`/`Invalid` naming `content`.
pub async fn edit<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    id: i64,
    content: &str,
) -> Result<Comment> {
    let user = call.actor.user()?.id;
    let content = checked(content)?;
    let tx = call.db.begin().await?;
    let row = one(&tx, depot, id).await?;
    if row.author_id != Some(user) {
        return Err(Error::forbidden("only who made a comment may change it"));
    }
    let row = if row.content == content {
        row
    } else {
        let mut active: table::ActiveModel = row.into();
        active.content = Set(content.to_owned());
        active.edited_at = Set(Some(call.clock.now()));
        active.update(&*tx).await?
    };
    let comment = with_author(&*tx, row).await?;
    tx.commit().await?;
    Ok(comment)
}

/// Takes a comment away, and says on which commit it was: one's own, or, as an
/// administrator of the depot, another's, which the audit log keeps.
///
/// # Errors
/// * `NotFound` when the depot has no such comment;
/// * `Denied` for another's without the right.
pub async fn remove<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    id: i64,
) -> Result<String> {
    let user = call.actor.user()?.id;
    let tx = call.db.begin().await?;
    let row = one(&tx, depot, id).await?;
    if row.author_id != Some(user) {
        authorise::<Administer>(call, DepotKey::Id(depot.id)).await?;
        let details = serde_json::json!({ "commit": row.sha, "author": row.author_id });
        let subject = format!("depot:{}", depot.id);
        identity::audit::record(&tx, call, "commit_comment.removed", &subject, details).await?;
    }
    table::Entity::delete_by_id(id).exec(&*tx).await?;
    tx.commit().await?;
    Ok(row.sha)
}

/// The comments on a commit, the oldest first.
///
/// # Errors
/// `Missing`/`Invalid` naming `commit`.
pub async fn list<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    commit: &str,
    page: PageRequest,
) -> Result<Paged<Comment>> {
    let commit = commit_id("commit", commit)?;
    let query = table::Entity::find()
        .filter(Column::DepotId.eq(depot.id))
        .filter(Column::Sha.eq(commit.to_string()));
    let total = query.clone().count(call.db.reader()).await?;
    let rows = query
        .order_by_asc(Column::Id)
        .offset(page.skip())
        .limit(page.size())
        .all(call.db.reader())
        .await?;
    Ok(Paged { items: with_authors(call.db.reader(), rows).await?, total, page })
}

/// The words of a comment, without space around them.
fn checked(content: &str) -> Result<&str> {
    let content = content.trim();
    if content.is_empty() {
        return Err(Error::missing("content"));
    }
    if content.chars().count() > MAX_CONTENT {
        return Err(Error::invalid("content", "must have at most 20000 characters"));
    }
    Ok(content)
}

async fn one(tx: &Tx, depot: &Depot, id: i64) -> Result<table::Model> {
    table::Entity::find_by_id(id)
        .filter(Column::DepotId.eq(depot.id))
        .one(&**tx)
        .await?
        .ok_or_else(|| Error::not_found("comment"))
}

/// Checks that the commit is there, and the path in it or, where the commit
/// has deleted it, in its first parent.
fn check_target(repository: &Repository, id: Oid, path: &str) -> Result<()> {
    let commit = repository.commit(id).map_err(|error| match error {
        git::Error::NotFound(_) => Error::not_found("commit"),
        other => failed(other),
    })?;
    if path.is_empty() {
        return Ok(());
    }
    for tree in std::iter::once(id).chain(commit.parents.first().copied()) {
        match repository.entry(tree, path) {
            Ok(_) => return Ok(()),
            Err(git::Error::NotFound(_)) => {}
            Err(other) => return Err(failed(other)),
        }
    }
    Err(Error::invalid("path", "is not in the commit"))
}

async fn with_author(
    connection: &impl sea_orm::ConnectionTrait,
    row: table::Model,
) -> Result<Comment> {
    let comment = with_authors(connection, vec![row]).await?.pop();
    comment.ok_or_else(|| Error::internal("a comment that was read is not there"))
}

async fn with_authors(
    connection: &impl sea_orm::ConnectionTrait,
    rows: Vec<table::Model>,
) -> Result<Vec<Comment>> {
    let mut ids: Vec<_> = rows.iter().filter_map(|row| row.author_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let authors = identity::users::by_ids(connection, &ids).await?;
    let comment = |row: table::Model| Comment {
        id: row.id,
        depot: row.depot_id,
        commit: row.sha,
        path: row.path,
        line: row.line,
        content: row.content,
        author: row.author_id.and_then(|id| authors.get(&id).cloned()),
        created_at: row.created_at,
        edited_at: row.edited_at,
    };
    Ok(rows.into_iter().map(comment).collect())
}
