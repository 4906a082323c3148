//! Files that are attached to releases.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use base::{AtLeast, Error, Granted, Read, Result, Right, Write};
use blob::{BlobRef, BlobStream};
use call::Call;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _,
};
use tokio::io::{AsyncRead, ReadBuf};

use super::content::{self, Attachments};
use super::read::{attachment, find};
use super::{Attachment, change};
use crate::Depot;
use crate::orphans::{blobs, hold};
use crate::rules::quota;
use crate::tables::releases::{self, attachments as rows};

/// An attachment has at most so many bytes: 2 GiB.
pub const MAX_ATTACHMENT: u64 = 2 * 1024 * 1024 * 1024;
/// A release has at most so many attachments.
pub const MAX_ATTACHMENTS: u64 = 100;
const MAX_NAME: usize = 200;

/// Attaches what `source` holds to a release; it is streamed, never held in
/// memory.
///
/// # Errors
/// * `NotFound`; `Missing`/`Invalid` naming `name`;
/// * `Conflict` when the release has an attachment of this name;
/// * `Limit` above [`MAX_ATTACHMENT`] or [`MAX_ATTACHMENTS`], or where the
///   depot's quota leaves no room for it.
pub async fn attach(
    call: &Call,
    depot: &Granted<Depot, Write>,
    number: i64,
    name: &str,
    source: impl AsyncRead + Send + Unpin,
) -> Result<Attachment> {
    let name = checked(name)?;
    let release = find(call.db.reader(), depot.id, number).await?;
    let room = quota::room(call, depot).await?;
    let most = room.map_or(MAX_ATTACHMENT, |room| room.min(MAX_ATTACHMENT));
    let mut limited = Limited { source, left: most, passed: false };
    let stored = blobs::<Attachments>(&call.env)?.put_stream(&mut limited).await;
    if limited.passed {
        // Says how much there is room for, where that is the reason.
        quota::check_room(call, depot, most.saturating_add(1)).await?;
        return Err(Error::limit("an attachment has at most 2 GiB"));
    }
    let stored = stored?;
    let sha256 = stored.sha256.clone();
    let added = add(call, depot, &release, name, stored).await;
    if added.is_err() {
        content::note_one(call, &sha256).await?;
    }
    added
}

async fn add(
    call: &Call,
    depot: &Granted<Depot, Write>,
    release: &releases::Model,
    name: String,
    stored: BlobRef,
) -> Result<Attachment> {
    let tx = call.db.begin().await?;
    hold::<Attachments>(&call.env, &tx, &stored.sha256).await?;
    let others = rows::Entity::find().filter(rows::Column::ReleaseId.eq(release.id));
    if others.clone().count(&*tx).await? >= MAX_ATTACHMENTS {
        return Err(Error::limit("a release has at most 100 attachments"));
    }
    if others.filter(rows::Column::Name.eq(&name)).count(&*tx).await? > 0 {
        return Err(Error::conflict(format!("the release has an attachment {name} already")));
    }
    let row = rows::ActiveModel {
        id: NotSet,
        release_id: Set(release.id),
        name: Set(name),
        sha256: Set(stored.sha256),
        size: Set(i64::try_from(stored.size).unwrap_or(i64::MAX)),
        uploader_id: Set(call.actor.user_id()),
        created_at: Set(call.clock.now()),
    }
    .insert(&*tx)
    .await?;
    change::written(call, &tx, "release.changed", depot, release).await?;
    tx.commit().await?;
    Ok(attachment(row))
}

/// Takes an attachment away from a release.
///
/// # Errors
/// `NotFound`.
pub async fn detach(
    call: &Call,
    depot: &Granted<Depot, Write>,
    number: i64,
    name: &str,
) -> Result<()> {
    let tx = call.db.begin().await?;
    let release = find(&*tx, depot.id, number).await?;
    let row = rows::Entity::find()
        .filter(rows::Column::ReleaseId.eq(release.id))
        .filter(rows::Column::Name.eq(name))
        .one(&*tx)
        .await?
        .ok_or_else(|| Error::not_found("attachment"))?;
    content::note_in(call, &tx, &row.sha256).await?;
    rows::Entity::delete_by_id(row.id).exec(&*tx).await?;
    change::written(call, &tx, "release.changed", depot, &release).await?;
    tx.commit().await
}

/// An attachment with its bytes, piece by piece.
///
/// # Errors
/// `NotFound`.
pub async fn open<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    number: i64,
    name: &str,
) -> Result<(Attachment, BlobStream)> {
    let connection = call.db.reader();
    let release = find(connection, depot.id, number).await?;
    let row = rows::Entity::find()
        .filter(rows::Column::ReleaseId.eq(release.id))
        .filter(rows::Column::Name.eq(name))
        .one(connection)
        .await?;
    let row = row.ok_or_else(|| Error::not_found("attachment"))?;
    let stream = content::stream(&call.env, &row.sha256).await?;
    Ok((attachment(row), stream))
}

/// A name that is one on every system; what stands before the last slash or
/// backslash is the sender's own affair.
fn checked(name: &str) -> Result<String> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    if name.is_empty() {
        return Err(Error::missing("name"));
    }
    if name.chars().count() > MAX_NAME {
        return Err(Error::invalid("name", "must have at most 200 characters"));
    }
    if name == "." || name == ".." || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", "is not a file's name"));
    }
    Ok(name.to_owned())
}

/// Breaks off once more than so many bytes were read.
struct Limited<S> {
    source: S,
    left: u64,
    passed: bool,
}

impl<S: AsyncRead + Unpin> AsyncRead for Limited<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.source).poll_read(context, buffer);
        let read = (buffer.filled().len() - before) as u64;
        if read > self.left {
            self.passed = true;
            // An error says that nothing was read.
            buffer.set_filled(before);
            return Poll::Ready(Err(io::Error::other("the limit is passed")));
        }
        self.left -= read;
        polled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        for (name, expected) in
            [("a.zip", "a.zip"), ("C:\\x\\größe.tar.gz", "größe.tar.gz"), ("../../etc/x", "x")]
        {
            assert_eq!(checked(name).ok().as_deref(), Some(expected));
        }
        for name in ["", "a/", "..", "x/..", "a\nb", &"x".repeat(201)] {
            assert!(checked(name).is_err(), "{name:?}");
        }
    }

    #[tokio::test]
    async fn too_much_is_broken_off() {
        use tokio::io::AsyncReadExt as _;
        for (left, passes) in [(4, true), (5, false)] {
            let mut limited = Limited { source: &b"12345"[..], left, passed: false };
            let mut found = Vec::new();
            assert_eq!(limited.read_to_end(&mut found).await.is_err(), passes);
            assert_eq!(limited.passed, passes);
        }
    }
}
