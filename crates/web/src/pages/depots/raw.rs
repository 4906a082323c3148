use axum::{
    body::Body,
    extract::Path,
    http::{HeaderValue, Response, header},
};
use base::Read;

use super::{
    blob::{Pointer, decoded, picture},
    frame::at,
    missing::{Located, located},
};
use crate::request::{Answer, Asked, Visit, blocking, segment};

/// The largest file that is sent whole, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// A file as it is; for a pointer of Git LFS, unless it is asked for, what it
/// stands for. Whatever it contains, the browser neither guesses its type nor
/// runs it.
pub(super) async fn show(
    visit: Visit,
    Path((project, depot, rev, path)): Path<(String, String, String, String)>,
    asked: Asked,
) -> Answer {
    let at = at::<Read>(&visit, &project, &depot).await?;
    let repository = at.open(&visit)?;
    let found = match located(&visit, &at, &repository, &rev, &path).await? {
        Located::Found(found) => found,
        Located::Answered(page) => return Ok(page),
    };
    let blob = blocking(move || repository.blob(found.entry.oid, LARGEST)).await?;
    let pointer = match asked.some("pointer") {
        Some(_) => None,
        None => Pointer::find(&visit, &at, &blob.data).await?.filter(|pointer| pointer.held),
    };
    let (kind, length, body) = match pointer {
        Some(pointer) => {
            let stream = depots::lfs::open(&visit.call, &at.depot, &pointer.oid, None).await?;
            let kind = picture(&path).unwrap_or("application/octet-stream").to_owned();
            (kind, pointer.size, Body::from_stream(stream.pieces))
        }
        None => (kind(&path, &blob.data), blob.data.len() as u64, Body::from(blob.data)),
    };
    let mut response = Response::new(body);
    let set = response.headers_mut();
    set.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if let Ok(kind) = HeaderValue::from_str(&kind) {
        set.insert(header::CONTENT_TYPE, kind);
    }
    set.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    set.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
        ),
    );
    set.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=60"));
    if asked.some("download").is_some() {
        let name = path.rsplit('/').next().unwrap_or_default();
        let value = format!("attachment; filename*=UTF-8''{}", segment(name));
        if let Ok(value) = HeaderValue::from_str(&value) {
            set.insert(header::CONTENT_DISPOSITION, value);
        }
    }
    Ok(response)
}

/// The type of a file: pictures by name, text by what it reads as.
fn kind(path: &str, data: &[u8]) -> String {
    match (picture(path), decoded(data)) {
        (Some(picture), _) => picture.to_owned(),
        (None, Some((_, encoding))) => {
            format!("text/plain; charset={}", encoding.filter(|it| *it != "?").unwrap_or("utf-8"))
        }
        (None, None) => "application/octet-stream".to_owned(),
    }
}
