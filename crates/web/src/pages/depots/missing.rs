//! What is said where a revision or a path is not there: what is.

use axum::{body::Body, http::Response};
use base::Read;
use git::{Oid, Repository, TreeEntry};
use maud::{Markup, Render, html};

use super::frame::{At, Here};
use crate::{
    components::{Button, Icon, Weight, empty, icon, sheet},
    request::{Fault, Place, Visit, blocking, segment},
};

/// Names that are offered.
const MOST: usize = 12;

/// A revision and a path that are there.
pub(super) struct Found {
    pub(super) commit: Oid,
    pub(super) entry: TreeEntry,
}

pub(super) enum Located {
    Found(Found),
    /// Not there; the page that says so.
    Answered(Response<Body>),
}

/// What is there instead.
struct Instead {
    /// Branches and tags whose names are like the one that was asked for; only
    /// where there is no such revision.
    names: Option<Vec<String>>,
    /// The nearest folder that is there.
    folder: String,
    /// Its entries whose names are like the next part of the path.
    entries: Vec<TreeEntry>,
    /// The default branch has the path.
    on_default: bool,
    /// There is no branch at all.
    nothing: bool,
}

/// Finds what an address means, or answers with what is there instead.
///
/// # Errors
/// When the repository cannot be read.
pub(super) async fn located(
    visit: &Visit,
    at: &At<Read>,
    repository: &Repository,
    rev: &str,
    path: &str,
) -> Result<Located, Fault> {
    let (reader, wanted, place) = (repository.clone(), rev.to_owned(), path.to_owned());
    let default = at.depot.default_branch.clone();
    let found = blocking(move || {
        let absent =
            |error: &git::Error| matches!(error, git::Error::NotFound(_) | git::Error::Invalid(_));
        let commit = match reader.resolve(&wanted) {
            Ok(commit) => commit,
            Err(error) if absent(&error) => return Ok(Err(no_revision(&reader, &wanted)?)),
            Err(error) => return Err(error),
        };
        match reader.entry(commit, &place) {
            Ok(entry) => Ok(Ok(Found { commit, entry })),
            Err(error) if absent(&error) => Ok(Err(no_path(&reader, commit, &place, &default))),
            Err(error) => Err(error),
        }
    })
    .await?;
    match found {
        Ok(found) => Ok(Located::Found(found)),
        Err(instead) if instead.nothing => nothing(visit, at).await.map(Located::Answered),
        Err(instead) => answer(visit, at, rev, path, &instead).await.map(Located::Answered),
    }
}

fn no_revision(repository: &Repository, wanted: &str) -> Result<Instead, git::Error> {
    let any = git::RefQuery { limit: 1, ..git::RefQuery::default() };
    let nothing = repository.branch_page(&any)?.total == 0;
    let mut names = Vec::new();
    // The whole name, else its first letters.
    for length in [wanted.chars().count(), 3] {
        let keyword: String = wanted.chars().take(length).collect();
        let query = git::RefQuery { keyword, limit: MOST, ..git::RefQuery::default() };
        names.extend(repository.branch_page(&query)?.items.into_iter().map(|branch| branch.name));
        names.extend(repository.tag_page(&query)?.items.into_iter().map(|tag| tag.name));
        if !names.is_empty() {
            break;
        }
    }
    names.truncate(MOST);
    Ok(Instead {
        names: Some(names),
        folder: String::new(),
        entries: Vec::new(),
        on_default: false,
        nothing,
    })
}

fn no_path(repository: &Repository, commit: Oid, path: &str, default: &str) -> Instead {
    let mut folder = path;
    let mut next = "";
    let mut entries = Vec::new();
    while !folder.is_empty() {
        let (above, name) = folder.rsplit_once('/').unwrap_or(("", folder));
        (folder, next) = (above, name);
        if let Ok(found) = repository.tree(commit, folder) {
            entries = found;
            break;
        }
    }
    let like = next.to_lowercase();
    let stem = like.split('.').next().unwrap_or_default().to_owned();
    entries.retain(|entry| {
        let name = entry.name.to_lowercase();
        name == like || (stem.len() > 1 && name.contains(&stem)) || like.contains(&name)
    });
    entries.truncate(MOST);
    let on_default = repository
        .reference(&format!("refs/heads/{default}"))
        .ok()
        .flatten()
        .is_some_and(|tip| tip != commit && repository.entry(tip, path).is_ok());
    Instead { names: None, folder: folder.to_owned(), entries, on_default, nothing: false }
}

/// The page of a depot that nothing was pushed to.
pub(super) async fn nothing(visit: &Visit, at: &At<Read>) -> Result<Response<Body>, Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let way = Button::link(&at.depot.name, &at.base()).icon(Icon::Depot).render();
    let (title, about) = (t.commits_empty_title(), t.commits_empty_about());
    let body = sheet(&empty(ui, Icon::Commit, title, about, &way, &[]));
    let place = Place { title, ..Place::default() };
    at.show(visit, Here::Code, &at.depot.default_branch, place, Markup::default(), &body).await
}

async fn answer(
    visit: &Visit,
    at: &At<Read>,
    rev: &str,
    path: &str,
    instead: &Instead,
) -> Result<Response<Body>, Fault> {
    let t = visit.ui.t;
    let default = &at.depot.default_branch;
    let (title, offers, acts) = match &instead.names {
        Some(names) => (
            t.missing_revision(rev),
            html! {
                @for name in names { li { a href=(at.to("tree", name, path)) { (icon(Icon::Branch)) " " (name) } } }
            },
            html! {
                (Button::link(default, &at.to("tree", default, "")).weight(Weight::Primary).icon(Icon::Branch))
                (Button::link(t.depot_branches(), &format!("{}/branches", at.base())).render())
            },
        ),
        None => (
            t.missing_path(rev, path),
            html! {
                @for entry in &instead.entries {
                    @let (what, shape) = if entry.mode == git::Mode::Tree { ("tree", Icon::Folder) } else { ("blob", Icon::File) };
                    li { a.mono href=(at.to(what, rev, &entry.path)) { (icon(shape)) " " (entry.path) } }
                }
            },
            html! {
                @if instead.on_default { (Button::link(&t.missing_on(default), &at.to("blob", default, path)).weight(Weight::Primary).icon(Icon::Branch)) }
                (Button::link(if instead.folder.is_empty() { &at.depot.name } else { &instead.folder }, &at.to("tree", rev, &instead.folder)).icon(Icon::Folder))
                (Button::link(t.missing_history(), &format!("{}?path={}", at.to("commits", rev, ""), segment(path))).icon(Icon::History).render())
            },
        ),
    };
    let body = sheet(&html! {
        div.empty {
            (icon(Icon::Search))
            h2 { (title) }
            @if !offers.0.is_empty() { p { (t.missing_like()) } ul.offers { (offers) } }
            div.acts { (acts) }
        }
    });
    let place = Place {
        title: t.fault_missing_title(),
        status: Some(http::StatusCode::NOT_FOUND),
        ..Place::default()
    };
    at.show(visit, Here::Code, default, place, Markup::default(), &body).await
}
