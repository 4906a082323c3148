use axum::{
    body::Body,
    extract::Path,
    http::{HeaderValue, Response, header},
};
use base::Read;

use super::{
    blob::picture,
    frame::at,
    missing::{Located, located},
};
use crate::request::{Answer, Asked, Visit, blocking, segment};

/// The largest file that is sent whole, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// A file as it is. Whatever it contains, the browser neither guesses its
/// type nor runs it.
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
    let kind = match picture(&path) {
        Some(kind) => kind,
        None if blob.is_binary() => "application/octet-stream",
        None => "text/plain; charset=utf-8",
    };
    let mut response = Response::new(Body::from(blob.data));
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
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
