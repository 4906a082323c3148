//! The files of a revision as one file.

use axum::{
    body::Body,
    extract::Path,
    http::{HeaderValue, Response, header},
};
use base::{Error, Read, Right};
use git::ArchiveFormat;
use maud::{Markup, html};

use super::{
    frame::{At, at},
    missing::{Located, located},
};
use crate::{
    components::{Icon, icon},
    request::{Answer, Visit, segment},
};

/// The forms that are offered: the ending of the name, the form, its type.
const FORMS: [(&str, ArchiveFormat, &str); 2] = [
    (".tar.gz", ArchiveFormat::TarGz, "application/gzip"),
    (".zip", ArchiveFormat::Zip, "application/zip"),
];

/// Links to the archives of a revision, as entries of a menu.
pub(super) fn links<R: Right>(at: &At<R>, rev: &str) -> Markup {
    let name = name(at, rev);
    html! {
        @for (ending, ..) in FORMS {
            a.item href=(format!("{}/{}{ending}", at.to("archive", rev, ""), segment(&name))) { (icon(Icon::Import)) (ending.trim_start_matches('.')) }
        }
    }
}

/// What the archive and the folder in it are called.
fn name<R: Right>(at: &At<R>, rev: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "._+-".contains(c) { c } else { '-' };
    let rev: String = rev.chars().take(80).map(plain).collect();
    format!("{}-{}", at.depot.name, rev.trim_start_matches(['.', '-']))
}

pub(super) async fn show(
    visit: Visit,
    Path((project, depot, rev, file)): Path<(String, String, String, String)>,
) -> Answer {
    let at = at::<Read>(&visit, &project, &depot).await?;
    let form = FORMS.iter().find(|(ending, ..)| file.ends_with(ending));
    let (ending, format, kind) = form.ok_or_else(|| Error::not_found("form of archive"))?;
    let repository = at.open(&visit)?;
    let commit = match located(&visit, &at, &repository, &rev, "").await? {
        Located::Found(found) => found.commit,
        Located::Answered(page) => return Ok(page),
    };
    let name = name(&at, &rev);
    let stream = repository.archive(commit, "", &name, *format)?.begun().await?;
    let mut response = Response::new(Body::from_stream(stream));
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    set.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let value = format!("attachment; filename*=UTF-8''{}", segment(&format!("{name}{ending}")));
    if let Ok(value) = HeaderValue::from_str(&value) {
        set.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
