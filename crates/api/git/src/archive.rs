//! The files of any revision as one file.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use base::{Error, Read};
use call::Env;
use git::ArchiveFormat;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::answer::{self, Refusal};
use crate::authorise::{has_left, open};

/// The endings, each with its form and type.
const FORMS: [(&str, ArchiveFormat, &str); 3] = [
    (".tar.gz", ArchiveFormat::TarGz, "application/gzip"),
    (".zip", ArchiveFormat::Zip, "application/zip"),
    (".tar", ArchiveFormat::Tar, "application/x-tar"),
];

/// `GET archive/{rev}.tar.gz`, `.zip` or `.tar`
pub(crate) async fn show(
    State(env): State<Env>,
    Path((team, project, depot, file)): Path<(String, String, String, String)>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, _) = request.into_parts();
    let names = (team, project, depot);
    let opened = open::<Read>(&env, &names, &parts).await?;
    if has_left(&opened.depot, &names) {
        let end = parts.uri.path().splitn(5, '/').nth(4).unwrap_or_default();
        return Ok(answer::moved(&opened.depot, end, parts.uri.query()));
    }
    let form = FORMS.iter().find_map(|form| Some((file.strip_suffix(form.0)?, form)));
    let Some((rev, (ending, format, kind))) = form else {
        return Err(Error::not_found("form of archive").into());
    };
    let (repository, rev) = (opened.repository.clone(), rev.to_owned());
    let named = rev.clone();
    let commit = tokio::task::spawn_blocking(move || repository.resolve(&named))
        .await
        .map_err(Error::internal)?
        .map_err(|_| Error::not_found("revision"))?;
    let tag = format!("\"{commit}{ending}\"");
    let mut response = if has(&parts.headers, &tag) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        let name = name(&opened.depot.name, &rev, &commit.to_string());
        let stream = opened.repository.archive(commit, "", &name, *format)?;
        // From here on whatever fails can only break the answer off, which clients notice: it has
        // neither its length nor the mark of its end.
        let stream = stream.begun().await?;
        let mut response = Response::new(Body::from_stream(stream));
        let headers = response.headers_mut();
        put(headers, header::CONTENT_TYPE, kind);
        put(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        let file = format!("attachment; filename=\"{name}{ending}\"");
        put(headers, header::CONTENT_DISPOSITION, &file);
        response
    };
    let headers = response.headers_mut();
    put(headers, header::ETAG, &tag);
    put(headers, header::CACHE_CONTROL, "private, no-cache");
    Ok(response)
}

fn put(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn has(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    known
        .is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag))
}

/// What the file and the directory in it are called: readable, and nothing
/// that a file system or a header gives a meaning to.
fn name(depot: &str, rev: &str, commit: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let clean = |text: &str| -> String {
        let text = text
            .strip_prefix("refs/heads/")
            .or_else(|| text.strip_prefix("refs/tags/"))
            .unwrap_or(text);
        text.chars().map(|c| if plain(c) { c } else { '-' }).take(100).collect()
    };
    let readable = rev.chars().any(|c| c.is_ascii_alphanumeric());
    let rev = if readable { clean(rev) } else { commit[..12].to_owned() };
    let depot = clean(depot);
    let name = format!("{depot}-{rev}");
    name.trim_start_matches(['.', '-']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(name("site", "v1.0", commit), "site-v1.0");
        assert_eq!(name("site", "feature/a b", commit), "site-feature-a-b");
        assert_eq!(name("site", "refs/heads/main", commit), "site-main");
        assert_eq!(name("site", "主干", commit), "site-0123456789ab");
        assert_eq!(name("site", "a\"\r\n;../x", commit), "site-a----..-x");
    }
}
