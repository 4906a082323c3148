//! Style sheet, modules and mark, compiled in under content-hashed names.

use axum::{
    Router,
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
    routing::get,
};

struct Asset {
    name: &'static str,
    mime: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The routes below `/-/assets/`.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/-/assets/{name}", get(serve)).route(
        "/favicon.ico",
        get(async |headers: HeaderMap| serve(Path(file_name(MARK_SVG)), headers).await),
    )
}

fn file_name(address: &str) -> String {
    address.rsplit('/').next().unwrap_or_default().to_owned()
}

async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response<Body> {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        let mut missing = Response::new(Body::empty());
        *missing.status_mut() = StatusCode::NOT_FOUND;
        return missing;
    };
    let packed = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("gzip"));
    let mut response = Response::new(Body::from(if packed { asset.gzip } else { asset.plain }));
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.mime));
    set.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    set.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    set.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if packed {
        set.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::ASSETS;

    #[test]
    fn within_the_budget() {
        let weight = |ending: &str| -> usize {
            ASSETS.iter().filter(|a| a.name.ends_with(ending)).map(|a| a.gzip.len()).sum()
        };
        assert!(weight(".css") < 30 * 1024, "style sheet: {} bytes", weight(".css"));
        assert!(weight(".js") < 40 * 1024, "modules: {} bytes", weight(".js"));
    }
}
