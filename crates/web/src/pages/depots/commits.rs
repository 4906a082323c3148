use std::{collections::HashMap, time::Duration};

use axum::extract::Path;
use base::{Error, Read};
use depots::statuses::State;
use git::{Commit, LogQuery, Logged, Oid, Repository};
use maud::{Markup, Render, html};

use super::{
    frame::{At, Here, at, path_crumbs, rev_menu},
    missing::{Located, located},
    said,
    tree::moment,
};
use crate::{
    components::{Button, Icon, Row, avatar, empty, icon, pager, row, rows, sheet},
    request::{Answer, Asked, Fault, Place, Visit, blocking, patient},
};

const SIZE: usize = 40;
/// A walk back in the history is given up after this.
const PATIENCE: Duration = Duration::from_secs(15);

pub(super) async fn show(
    visit: Visit,
    Path((project, depot, rev)): Path<(String, String, String)>,
    asked: Asked,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let at = at::<Read>(&visit, &project, &depot).await?;
    let repository = at.open(&visit)?;
    let path = asked.one("path").trim_matches('/').to_owned();
    let number: usize = asked.one("page").parse().unwrap_or(1).clamp(1, 100_000);
    let place = Place { title: t.depot_commits(), ..Place::default() };
    let reader = repository.clone();
    let query = git::RefQuery { limit: 1, ..git::RefQuery::default() };
    if blocking(move || Ok(reader.branch_page(&query)?.total == 0)).await? {
        let none = Markup::default();
        let (title, about) = (t.commits_empty_title(), t.commits_empty_about());
        let body = sheet(&empty(ui, Icon::Commit, title, about, &none, &[]));
        return at.show(&visit, Here::Commits, &rev, place, Markup::default(), &body).await;
    }
    let tip = match located(&visit, &at, &repository, &rev, "").await? {
        Located::Found(found) => found.commit,
        Located::Answered(page) => return Ok(page),
    };
    let from = pinned(&repository, &asked, number).await?.unwrap_or(tip);
    let mut query = LogQuery {
        path: path.clone(),
        author: asked.one("author").to_owned(),
        keyword: asked.one("q").to_owned(),
        skip: (number - 1) * SIZE,
        limit: SIZE + 1,
        ..LogQuery::default()
    };
    let filtered = !query.author.is_empty() || !query.keyword.is_empty();
    let reader = repository.clone();
    let listed = patient(PATIENCE, move |cancel| {
        // What is gone was a file, most likely; a folder has no former name.
        query.follow = !query.path.is_empty()
            && reader.entry(from, &query.path).map_or(true, |entry| entry.mode.is_blob());
        reader.history(from, &query, cancel)
    });
    let Some(mut commits) = listed.await? else {
        return Err(Error::limit("walking so far back in the history takes too long").into());
    };
    let more = commits.len() > SIZE;
    commits.truncate(SIZE);
    let states = said::states(&visit, &at, commits.iter().map(|logged| &logged.commit)).await?;
    let page = |n: usize| turned(&asked, from, n);
    let body = html! {
        div.line.apart {
            div.line {
                (rev_menu(&visit, &at, &repository, "commits", &rev, "").await?)
                @if !path.is_empty() { (path_crumbs(&visit, &at, &rev, &path)) }
            }
            form.line method="get" role="search" {
                @if !path.is_empty() { input type="hidden" name="path" value=(path); }
                input.input.fit type="search" name="q" value=(asked.one("q")) placeholder=(t.commits_message()) aria-label=(t.commits_message());
                input.input.fit type="search" name="author" value=(asked.one("author")) placeholder=(t.commits_author()) aria-label=(t.commits_author());
                (Button::submit(t.action_filter()).icon(Icon::Filter).icon_only())
                @if path.is_empty() { (Button::link(t.graph_title(), &at.to("graph", &rev, "")).icon(Icon::Branch).render()) }
            }
        }
        @if commits.is_empty() {
            (sheet(&empty(ui, Icon::Commit, if filtered { t.findings_none() } else { t.commits_empty_title() }, if filtered { t.findings_none_about() } else { t.commits_none_here() }, &Markup::default(), &[])))
        } @else {
            (sheet(&rows(&days(&visit, &at, &path, &commits, &states))))
            (pager(ui, (number > 1).then(|| page(number - 1)).as_deref(), &t.list_page(number), more.then(|| page(number + 1)).as_deref()))
        }
    };
    let title = if path.is_empty() {
        format!("{} · {rev}", t.depot_commits())
    } else {
        format!("{} · {path}", t.depot_history())
    };
    let place = Place { title: &title, ..place };
    at.show(&visit, Here::Commits, &rev, place, Markup::default(), &body).await
}

/// The commit at which the pages of a list began, so that what is pushed while somebody turns them
/// moves nothing; the first page shows what is newest.
pub(super) async fn pinned(
    repository: &Repository,
    asked: &Asked,
    number: usize,
) -> Result<Option<Oid>, Fault> {
    let Some(id) = asked.some("start").filter(|_| number > 1).and_then(|id| id.parse().ok()) else {
        return Ok(None);
    };
    let reader = repository.clone();
    blocking(move || match reader.commit(id) {
        Ok(commit) => Ok(Some(commit.id)),
        Err(git::Error::NotFound(_)) => Ok(None),
        Err(other) => Err(other),
    })
    .await
}

/// The address of another page of the list that begins at a commit.
pub(super) fn turned(asked: &Asked, from: Oid, number: usize) -> String {
    let address = asked.with("start", None);
    if number == 1 {
        return address;
    }
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}start={from}&page={number}")
}

/// The commits, with a line before the first of each day.
fn days(
    visit: &Visit,
    at: &At<Read>,
    path: &str,
    commits: &[Logged],
    states: &HashMap<String, State>,
) -> Markup {
    let day = |logged: &Logged| visit.ui.day(moment(logged.commit.committer.seconds));
    let mut called = path;
    html! {
        @for group in commits.chunk_by(|a, b| day(a) == day(b)) {
            div.day { (day(&group[0])) }
            @for logged in group {
                (commit_row(visit, at, &logged.commit, states))
                @if !path.is_empty() && logged.path != called && !logged.path.is_empty() {
                    @let before = std::mem::replace(&mut called, &logged.path);
                    div.renamed.small.muted { (icon(Icon::Forward)) code { (logged.path) } " \u{2192} " code { (before) } }
                }
            }
        }
    }
}

/// A commit as a line of a list.
pub(super) fn commit_row(
    visit: &Visit,
    at: &At<Read>,
    commit: &Commit,
    states: &HashMap<String, State>,
) -> Markup {
    let t = visit.ui.t;
    row(&Row {
        lead: avatar(&commit.author.name, ""),
        title: &commit.summary(),
        href: &at.to("commit", &commit.id.to_string(), ""),
        signs: said::mark(visit, at, states, &commit.id.to_string()),
        meta: html! {
            span { (commit.author.name) }
            span { (visit.ui.time(moment(commit.committer.seconds))) }
            @if commit.parents.len() > 1 { span { (icon(Icon::Branch)) (t.commit_merge()) } }
            @if commit.signed { span { (icon(Icon::Key)) (t.commit_signed()) } }
        },
        side: html! { a.mono.muted href=(at.to("tree", &commit.id.to_string(), "")) title=(t.commit_browse()) { (commit.id.short(10)) } },
    })
}
