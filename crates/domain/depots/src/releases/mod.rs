//! Releases: a tag with a title, notes in Markdown and attached files.
//!
//! A release stays when its tag is removed, and the tag when the release is.
//! The bytes of attachments lie in the blob store; what is attached nowhere any
//! more goes after some days. They count for the depot's quota.

mod attachments;
mod change;
mod content;
mod read;

use base::{Timestamp, UserId};

pub use attachments::{MAX_ATTACHMENT, MAX_ATTACHMENTS, attach, detach, open};
pub use change::{NewRelease, ReleaseChange, create, delete, modify};
pub(crate) use content::{Attachments, bytes, forget};
pub use read::{ReleaseFilter, by_number, by_tag, list};

use crate::DepotId;
use crate::tables::releases as rows;

base::typed_id! {
    /// A release.
    pub struct ReleaseId;
}

/// A release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its number, unique on the installation.
    pub id: ReleaseId,
    /// The depot.
    pub depot: DepotId,
    /// Its number within the depot, from 1.
    pub number: i64,
    /// The tag that it is about; it need not exist any more.
    pub tag: String,
    /// What it is called.
    pub title: String,
    /// What is new, in Markdown.
    pub notes: String,
    /// The commit that the tag led to when the release was made.
    pub commit: String,
    /// What the tag was made of: a branch, or the commit.
    pub target: String,
    /// Whether it is meant for trying out only.
    pub pre: bool,
    /// Who made it.
    pub creator: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The attached files, by name.
    pub attachments: Vec<Attachment>,
}

/// A file that is attached to a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, unique within the release; without slashes.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// When it was attached.
    pub created_at: Timestamp,
}

fn release(row: rows::Model, attachments: Vec<Attachment>) -> Release {
    Release {
        id: row.id,
        depot: row.depot_id,
        number: row.number,
        tag: row.tag,
        title: row.title,
        notes: row.notes,
        commit: row.commit_sha,
        target: row.target,
        pre: row.pre,
        creator: row.creator_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
        attachments,
    }
}
