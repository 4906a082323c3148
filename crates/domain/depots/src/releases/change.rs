//! Making, changing and deleting releases.

use base::{Error, Granted, Result, Write};
use call::Call;
use db::Tx;
use events::NewEvent;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait as _, EntityTrait as _};
use serde_json::json;

use super::read::{self, by_number, by_tag};
use super::{Release, content, release};
use crate::tables::releases as rows;
use crate::tags::{self, NewTag};
use crate::{Depot, read as git_read};

/// A release to be made.
#[derive(Debug, Clone, Default)]
pub struct NewRelease {
    /// The tag; it is made where it does not exist.
    pub tag: String,
    /// The commit that a missing tag is made of. Where the tag exists, it must
    /// lead to this commit; empty for no demand.
    pub commit: String,
    /// The branch that a missing tag is made of where no commit is given; the
    /// default branch where this is empty, too.
    pub branch: String,
    /// What it is called; the tag's name where it is empty.
    pub title: String,
    /// What is new, in Markdown.
    pub notes: String,
    /// Whether it is meant for trying out only.
    pub pre: bool,
}

/// What is to be changed; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct ReleaseChange {
    /// What it is called.
    pub title: Option<String>,
    /// What is new, in Markdown.
    pub notes: Option<String>,
    /// Whether it is meant for trying out only.
    pub pre: Option<bool>,
}

const MAX_TITLE: usize = 255;
const MAX_NOTES: usize = 200_000;

/// Makes a release, and its tag where there is none of the name.
///
/// # Errors
/// * `Missing`/`Invalid` naming `tag`, `title` or `notes`;
/// * `NotFound` when there is no such commit or branch;
/// * `Conflict` when there is a release about the tag, or the tag leads to
///   another commit;
/// * `Denied` with the words of a rule that protects the tag.
pub async fn create(
    call: &Call,
    depot: &Granted<Depot, Write>,
    new: NewRelease,
) -> Result<Release> {
    let NewRelease { tag, commit, branch, title, notes, pre } = new;
    if tag.is_empty() {
        return Err(Error::missing("tag"));
    }
    if !git::is_tag_name(&tag) {
        return Err(Error::invalid("tag", "is not a name that Git takes for a tag"));
    }
    check(Some(&title), Some(&notes))?;
    match by_tag(call, depot, &tag).await {
        Ok(_) => return Err(Error::conflict(format!("there is a release about {tag} already"))),
        Err(error) if error.is_not_found() => {}
        Err(error) => return Err(error),
    }
    let start = if commit.is_empty() { branch.clone() } else { commit.clone() };
    let (wanted, name) = (commit.clone(), tag.clone());
    let found = git_read::read(call, depot, move |repository, _| {
        let wanted = if wanted.is_empty() { None } else { Some(repository.resolve(&wanted)?) };
        Ok((wanted, repository.tag(&name)?))
    })
    .await?;
    let object = match found {
        (Some(wanted), Some(tag)) if wanted != tag.object => {
            return Err(Error::conflict(format!("the tag {} leads to another commit", tag.name)));
        }
        (_, Some(tag)) => tag.object,
        (_, None) => {
            let new = NewTag { name: tag.clone(), start, message: String::new() };
            tags::create(call, depot, new).await?.object
        }
    };
    let commit_sha = object.to_string();
    let target = if branch.is_empty() { commit_sha.clone() } else { branch };
    let tx = call.db.begin().await?;
    let number = db::counter::next(&tx, &format!("depot:{}:release", depot.id)).await?;
    let now = call.clock.now();
    let row = rows::ActiveModel {
        id: NotSet,
        depot_id: Set(depot.id),
        number: Set(number),
        title: Set(if title.trim().is_empty() { tag.clone() } else { title }),
        tag: Set(tag),
        notes: Set(notes),
        commit_sha: Set(commit_sha),
        target: Set(target),
        pre: Set(pre),
        creator_id: Set(call.actor.user_id()),
        created_at: Set(now),
        updated_at: Set(now),
    }
    .insert(&*tx)
    .await?;
    written(call, &tx, "release.created", depot, &row).await?;
    tx.commit().await?;
    Ok(release(row, Vec::new()))
}

/// Changes a release and returns it as it is now.
///
/// # Errors
/// `NotFound`; `Invalid` naming `title` or `notes`.
pub async fn modify(
    call: &Call,
    depot: &Granted<Depot, Write>,
    number: i64,
    change: ReleaseChange,
) -> Result<Release> {
    check(change.title.as_deref(), change.notes.as_deref())?;
    let tx = call.db.begin().await?;
    let row = read::find(&*tx, depot.id, number).await?;
    let tag = row.tag.clone();
    let mut active: rows::ActiveModel = row.into();
    if let Some(title) = change.title {
        active.title = Set(if title.trim().is_empty() { tag } else { title });
    }
    if let Some(notes) = change.notes {
        active.notes = Set(notes);
    }
    if let Some(pre) = change.pre {
        active.pre = Set(pre);
    }
    active.updated_at = Set(call.clock.now());
    let row = active.update(&*tx).await?;
    written(call, &tx, "release.changed", depot, &row).await?;
    tx.commit().await?;
    by_number(call, depot, number).await
}

/// Deletes a release; its tag stays.
///
/// # Errors
/// `NotFound`.
pub async fn delete(call: &Call, depot: &Granted<Depot, Write>, number: i64) -> Result<()> {
    let tx = call.db.begin().await?;
    let row = read::find(&*tx, depot.id, number).await?;
    written(call, &tx, "release.deleted", depot, &row).await?;
    content::forget_release(call, &tx, row.id).await?;
    rows::Entity::delete_by_id(row.id).exec(&*tx).await?;
    tx.commit().await
}

fn check(title: Option<&str>, notes: Option<&str>) -> Result<()> {
    if title.is_some_and(|title| title.chars().count() > MAX_TITLE) {
        return Err(Error::invalid("title", "must have at most 255 characters"));
    }
    if notes.is_some_and(|notes| notes.chars().count() > MAX_NOTES) {
        return Err(Error::invalid("notes", "must have at most 200000 characters"));
    }
    Ok(())
}

pub(super) async fn written(
    call: &Call,
    tx: &Tx,
    kind: &'static str,
    depot: &Depot,
    row: &rows::Model,
) -> Result<()> {
    let details = json!({
        "depot": depot.id, "release": row.number, "tag": row.tag, "title": row.title,
    });
    let event = NewEvent::plain(kind, &call.actor, Some(depot.project.0), details.clone());
    call.events.emit(tx, event).await?;
    identity::audit::record(tx, call, kind, &format!("depot:{}", depot.id), details).await
}
