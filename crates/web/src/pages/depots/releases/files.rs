use std::io;

use axum::{
    body::Body,
    extract::{FromRequest as _, Multipart, Path, Request},
    http::{HeaderValue, Response, header},
};
use base::{Error, Read};
use depots::releases;
use futures_util::TryStreamExt as _;
use tokio_util::io::StreamReader;

use super::super::frame::at;
use super::{to, writable};
use crate::{
    request::{Answer, Fields, Visit, segment},
    response,
};

type One = Path<(String, String, i64)>;

/// Attaches the files of a form; each is streamed into the store.
pub(super) async fn attach(
    visit: Visit,
    Path((project, depot, number)): One,
    request: Request,
) -> Answer {
    let (at, depot) = writable(&visit, &project, &depot).await?;
    let release = releases::by_number(&visit.call, &depot, number).await?;
    let wrong = || Error::invalid("files", "must be sent as a form with files");
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| wrong())?;
    while let Some(part) = form.next_field().await.map_err(|_| wrong())? {
        let name = part.file_name().unwrap_or_default().to_owned();
        if part.name() != Some("files") || name.is_empty() {
            continue;
        }
        let source = StreamReader::new(part.map_err(io::Error::other));
        releases::attach(&visit.call, &depot, number, &name, source).await?;
    }
    Ok(response::see_other(&to(&at, &release)))
}

pub(super) async fn detach(
    visit: Visit,
    Path((project, depot, number)): One,
    fields: Fields,
) -> Answer {
    let (at, depot) = writable(&visit, &project, &depot).await?;
    let release = releases::by_number(&visit.call, &depot, number).await?;
    releases::detach(&visit.call, &depot, number, fields.raw("name")).await?;
    Ok(response::see_other(&to(&at, &release)))
}

/// A file as it is. Whatever it contains, the browser saves it and neither
/// guesses its type nor runs it.
pub(super) async fn download(
    visit: Visit,
    Path((project, depot, number, name)): Path<(String, String, i64, String)>,
) -> Answer {
    let at = at::<Read>(&visit, &project, &depot).await?;
    let (file, stream) = releases::open(&visit.call, &at.depot, number, &name).await?;
    let mut response = Response::new(Body::from_stream(stream.pieces));
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    set.insert(header::CONTENT_LENGTH, HeaderValue::from(file.size));
    set.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    set.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    set.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=60"));
    let disposition = format!("attachment; filename*=UTF-8''{}", segment(&file.name));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        set.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
