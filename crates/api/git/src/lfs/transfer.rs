//! The content of objects.

use std::io;
use std::ops::Range;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use base::{Error, Read, Write};
use call::Env;
use depots::lfs::{self, Object};
use futures_util::TryStreamExt as _;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::json;
use tokio_util::io::StreamReader;

use super::answer::{Refusal, answer, read};
use super::authorise::open;

/// `PUT objects/{oid}/{size}`
pub(super) async fn upload(
    State(env): State<Env>,
    Path((team, project, depot, oid, size)): Path<(String, String, String, String, i64)>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let of = |error: Error| Refusal::from(error).of(&parts);
    let opened = open::<Write>(&env, &(team, project, depot), &parts).await.map_err(of)?;
    let object = Object::new(&oid, size).map_err(of)?;
    let pieces = body
        .into_data_stream()
        .map_err(|error| io::Error::new(io::ErrorKind::ConnectionAborted, error));
    let source = StreamReader::new(pieces);
    lfs::store(&opened.call, &opened.depot, &object, source).await.map_err(of)?;
    Ok(answer(StatusCode::OK, &json!({})))
}

/// An object that a client believes to have sent.
#[derive(Debug, Deserialize)]
struct Sent {
    oid: String,
    size: i64,
}

/// `POST verify`
pub(super) async fn verify(
    State(env): State<Env>,
    Path(names): Path<(String, String, String)>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let of = |error: Error| Refusal::from(error).of(&parts);
    let opened = open::<Write>(&env, &names, &parts).await.map_err(of)?;
    let sent: Sent = read(body).await.map_err(|refusal| refusal.of(&parts))?;
    let object = Object::new(&sent.oid, sent.size).map_err(of)?;
    let held = lfs::held(&opened.call, &opened.depot, &[object.oid()]).await.map_err(of)?;
    if held.get(object.oid()) != Some(&object.size()) {
        return Err(of(Error::not_found("object")));
    }
    Ok(answer(StatusCode::OK, &json!({})))
}

/// `GET objects/{oid}`
pub(super) async fn download(
    State(env): State<Env>,
    Path((team, project, depot, oid)): Path<(String, String, String, String)>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, _) = request.into_parts();
    let of = |error: Error| Refusal::from(error).of(&parts);
    let opened = open::<Read>(&env, &(team, project, depot), &parts).await.map_err(of)?;
    let held = lfs::held(&opened.call, &opened.depot, &[&oid]).await.map_err(of)?;
    let size = *held.get(&oid).ok_or_else(|| of(Error::not_found("object")))?;
    let Ok(range) = wanted(&parts.headers, size) else {
        let refusal = Refusal::new(StatusCode::RANGE_NOT_SATISFIABLE, "there is no such range");
        return Err(refusal.of(&parts));
    };
    let blob = lfs::open(&opened.call, &opened.depot, &oid, range.clone()).await.map_err(of)?;
    let mut response = Response::new(Body::from_stream(blob.pieces.map_err(io::Error::other)));
    let length = range.as_ref().map_or(size, |range| range.end - range.start);
    if let Some(range) = range {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let told = format!("bytes {}-{}/{size}", range.start, range.end - 1);
        put(response.headers_mut(), header::CONTENT_RANGE, &told);
    }
    let headers = response.headers_mut();
    put(headers, header::CONTENT_LENGTH, &length.to_string());
    put(headers, header::ETAG, &format!("\"{oid}\""));
    put(headers, header::CONTENT_TYPE, "application/octet-stream");
    put(headers, header::ACCEPT_RANGES, "bytes");
    put(headers, header::CONTENT_DISPOSITION, "attachment");
    put(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(headers, header::CACHE_CONTROL, "private, max-age=31536000, immutable");
    Ok(response)
}

fn put(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// The one range that is asked for, if one is; what is no range of bytes is
/// passed over, as HTTP wants it.
fn wanted(headers: &HeaderMap, size: u64) -> Result<Option<Range<u64>>, ()> {
    let text = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let Some((first, last)) =
        text.and_then(|text| text.strip_prefix("bytes=")).and_then(|text| text.split_once('-'))
    else {
        return Ok(None);
    };
    let range = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) => first..last.saturating_add(1).min(size),
        (Ok(first), Err(_)) if last.is_empty() => first..size,
        (Err(_), Ok(last)) if first.is_empty() => size.saturating_sub(last)..size,
        _ => return Ok(None),
    };
    if range.is_empty() { Err(()) } else { Ok(Some(range)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let ask = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RANGE, text.parse().unwrap());
            wanted(&headers, 10)
        };
        assert_eq!(ask("bytes=0-3"), Ok(Some(0..4)));
        assert_eq!(ask("bytes=4-"), Ok(Some(4..10)));
        assert_eq!(ask("bytes=4-99"), Ok(Some(4..10)));
        assert_eq!(ask("bytes=-3"), Ok(Some(7..10)));
        assert_eq!(ask("bytes=-99"), Ok(Some(0..10)));
        assert_eq!(ask("bytes=10-"), Err(()));
        assert_eq!(ask("bytes=3-1"), Err(()));
        assert_eq!(ask("bytes=0-1,3-4"), Ok(None));
        assert_eq!(ask("pages=1-2"), Ok(None));
        assert_eq!(wanted(&HeaderMap::new(), 10), Ok(None));
    }
}
