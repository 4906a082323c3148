//! Releases: the list, one of them, its form, and its files.

mod files;
mod form;
mod list;
mod one;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use base::{Granted, Read, Write};
use call::Env;
use depots::{Depot, DepotKey, releases::Release};
use maud::{Markup, html};

use super::{
    frame::{At, at},
    tree::size,
};
use crate::{
    components::{Icon, Links, Tone, badge, icon, markdown},
    request::{Fault, Visit, segment},
};

pub(super) fn routes() -> Router<Env> {
    let base = "/p/{project}/d/{depot}/releases";
    let one = format!("{base}/{{number}}");
    let uploads = Router::new()
        .route(&format!("{one}/files"), post(files::attach))
        // The domain has a limit for each file; they are streamed.
        .layer(DefaultBodyLimit::disable());
    Router::new()
        .merge(uploads)
        .route(base, get(list::show))
        .route(&format!("{base}/new"), get(form::new).post(form::create))
        .route(&one, get(one::show))
        .route(&format!("{one}/edit"), get(form::edit).post(form::save))
        .route(&format!("{one}/delete"), post(form::delete))
        .route(&format!("{one}/detach"), post(files::detach))
        .route(&format!("{one}/files/{{name}}"), get(files::download))
}

/// The depot of an address, for whoever may change it.
async fn writable(
    visit: &Visit,
    project: &str,
    depot: &str,
) -> Result<(At<Read>, Granted<Depot, Write>), Fault> {
    let at = at::<Read>(visit, project, depot).await?;
    let writable = depots::authorise::<Write>(&visit.call, DepotKey::Id(at.depot.id)).await?;
    Ok((at, writable))
}

/// The address of a release.
fn to(at: &At<Read>, release: &Release) -> String {
    format!("{}/releases/{}", at.base(), release.number)
}

/// What kind of release it is; the newest that is no pre-release is the latest.
fn signs(visit: &Visit, release: &Release, latest: bool) -> Markup {
    let t = visit.ui.t;
    html! {
        @if release.pre { (badge(t.release_pre(), Some(Tone::Warn))) }
        @else if latest { (badge(t.release_latest(), Some(Tone::Ok))) }
    }
}

/// Tag, commit, author and time of a release.
fn facts(visit: &Visit, at: &At<Read>, release: &Release, by: Option<&str>) -> Markup {
    let t = visit.ui.t;
    html! {
        a.line.tight.mono href=(at.to("tree", &release.tag, "")) { (icon(Icon::Tag)) (release.tag) }
        a.mono.muted href=(at.to("commit", &release.commit, "")) { (short(&release.commit)) }
        @if let Some(by) = by { span { (t.release_by(by)) } }
        span { (visit.ui.time(release.created_at.to_jiff())) }
    }
}

fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

/// The notes; relative links lead into the tree of the tag.
fn notes(at: &At<Read>, release: &Release) -> Markup {
    html! { div.markdown { (markdown(&release.notes, &links(at, &release.tag))) } }
}

fn links(at: &At<Read>, rev: &str) -> Links {
    let slash = |what: &str| format!("{}/", at.to(what, rev, ""));
    Links { pages: slash("blob"), raw: slash("raw") }
}

/// The files to download.
fn downloads(at: &At<Read>, release: &Release) -> Markup {
    let base = to(at, release);
    html! {
        ul.plain.stack.s8 {
            @for file in &release.attachments {
                li.line { (icon(Icon::File)) a href={ (base) "/files/" (segment(&file.name)) } download { (file.name) } span.muted.nowrap { (size(file.size)) } }
            }
        }
    }
}
