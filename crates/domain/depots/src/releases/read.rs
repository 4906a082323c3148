//! Finding releases.

use std::collections::HashMap;

use base::{AtLeast, Error, Granted, PageRequest, Paged, Read, Result, Right, Timestamp};
use call::Call;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use super::{Attachment, Release, ReleaseId, release};
use crate::tables::releases as rows;
use crate::tables::releases::attachments;
use crate::{Depot, DepotId};

/// Which releases are wanted; the default is all.
#[derive(Debug, Clone, Default)]
pub struct ReleaseFilter {
    /// The tag contains this, case ignored; empty for any.
    pub tag: String,
    /// Only those for trying out, or only the others.
    pub pre: Option<bool>,
    /// Made at this moment or later.
    pub from: Option<Timestamp>,
    /// Made at this moment or earlier.
    pub to: Option<Timestamp>,
}

/// The releases of a depot, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    filter: &ReleaseFilter,
    page: PageRequest,
) -> Result<Paged<Release>> {
    let connection = call.db.reader();
    let mut query = rows::Entity::find().filter(rows::Column::DepotId.eq(depot.id));
    if !filter.tag.is_empty() {
        let tag = Expr::col(rows::Column::Tag);
        query = query.filter(db::contains_ignoring_case(tag, &filter.tag));
    }
    if let Some(pre) = filter.pre {
        query = query.filter(rows::Column::Pre.eq(pre));
    }
    if let Some(from) = filter.from {
        query = query.filter(rows::Column::CreatedAt.gte(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(rows::Column::CreatedAt.lte(to));
    }
    let total = query.clone().count(connection).await?;
    let found = query
        .order_by_desc(rows::Column::Number)
        .offset(page.skip())
        .limit(page.size())
        .all(connection)
        .await?;
    Ok(Paged { items: with_attachments(connection, found).await?, total, page })
}

/// The release of this number within the depot.
///
/// # Errors
/// `NotFound`.
pub async fn by_number<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    number: i64,
) -> Result<Release> {
    let connection = call.db.reader();
    let row = find(connection, depot.id, number).await?;
    one(with_attachments(connection, vec![row]).await?)
}

/// The release about this tag.
///
/// # Errors
/// `NotFound`.
pub async fn by_tag<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    tag: &str,
) -> Result<Release> {
    let connection = call.db.reader();
    let row = rows::Entity::find()
        .filter(rows::Column::DepotId.eq(depot.id))
        .filter(rows::Column::Tag.eq(tag))
        .one(connection)
        .await?;
    let row = row.ok_or_else(|| Error::not_found("release"))?;
    one(with_attachments(connection, vec![row]).await?)
}

fn one(mut found: Vec<Release>) -> Result<Release> {
    found.pop().ok_or_else(|| Error::not_found("release"))
}

pub(super) async fn find(
    connection: &impl ConnectionTrait,
    depot: DepotId,
    number: i64,
) -> Result<rows::Model> {
    let row = rows::Entity::find()
        .filter(rows::Column::DepotId.eq(depot))
        .filter(rows::Column::Number.eq(number))
        .one(connection)
        .await?;
    row.ok_or_else(|| Error::not_found("release"))
}

/// One query for the attachments of any number of releases.
pub(super) async fn with_attachments(
    connection: &impl ConnectionTrait,
    found: Vec<rows::Model>,
) -> Result<Vec<Release>> {
    let ids: Vec<ReleaseId> = found.iter().map(|row| row.id).collect();
    let mut attached: HashMap<ReleaseId, Vec<Attachment>> = HashMap::new();
    if !ids.is_empty() {
        let files = attachments::Entity::find()
            .filter(attachments::Column::ReleaseId.is_in(ids))
            .order_by_asc(attachments::Column::Name)
            .all(connection)
            .await?;
        for file in files {
            attached.entry(file.release_id).or_default().push(attachment(file));
        }
    }
    Ok(found
        .into_iter()
        .map(|row| {
            let files = attached.remove(&row.id).unwrap_or_default();
            release(row, files)
        })
        .collect())
}

pub(super) fn attachment(row: attachments::Model) -> Attachment {
    Attachment {
        name: row.name,
        size: row.size.unsigned_abs(),
        sha256: row.sha256,
        created_at: row.created_at,
    }
}
