use std::time::Duration;

use axum::extract::Path;
use base::Read;
use git::{Commit, Mode, Oid, Repository, TreeEntry};
use maud::{Markup, Render, html};

use super::{
    frame::{At, Here, at, path_crumbs, rev_menu},
    last::{self, last_commits},
    missing::{Located, located},
    readme::readme,
    said, submodules,
};
use crate::{
    components::{Button, Entry, Icon, avatar, icon, menu, tree},
    i18n::group,
    request::{Answer, Fault, Place, Visit, blocking},
    response,
    ui::Ui,
};

/// More entries of a folder are not listed; they are found by their names.
const MOST: usize = 1_000;
/// The targets of so many links are shown.
const LINKS: usize = 50;
/// The longest target that is shown, in bytes.
const LONGEST_LINK: u64 = 1_024;
/// A page waits no longer than this for what is nice to have.
const SOON: Duration = Duration::from_millis(120);
/// What asks for nothing else waits longer.
const LATER: Duration = Duration::from_secs(20);

pub(super) async fn root(
    visit: Visit,
    Path((project, depot, rev)): Path<(String, String, String)>,
) -> Answer {
    folder(&visit, &project, &depot, &rev, "").await
}

pub(super) async fn show(
    visit: Visit,
    Path((project, depot, rev, path)): Path<(String, String, String, String)>,
) -> Answer {
    folder(&visit, &project, &depot, &rev, path.trim_matches('/')).await
}

async fn folder(visit: &Visit, project: &str, depot: &str, rev: &str, path: &str) -> Answer {
    let at = at::<Read>(visit, project, depot).await?;
    let repository = at.open(visit)?;
    let found = match located(visit, &at, &repository, rev, path).await? {
        Located::Found(found) => found,
        Located::Answered(page) => return Ok(page),
    };
    if found.entry.mode != Mode::Tree {
        return Ok(response::see_other(&at.to("blob", rev, path)));
    }
    if visit.part {
        let (entries, links) = entries(&repository, found.commit, path).await?;
        let touched = last_commits(&visit.call.env, &repository, found.commit, path, LATER).await;
        let part = drawn(visit, &at, rev, path, &entries, &links, touched.as_deref());
        return Ok(response::page(http::StatusCode::OK, part));
    }
    let body = listing(visit, &at, rev, path, &Markup::default()).await?;
    let title = if path.is_empty() { rev } else { path };
    let place = Place { title, pictures: true, ..Place::default() };
    at.show(visit, Here::Code, rev, place, Markup::default(), &body).await
}

/// The entries of a folder, folders first, and the targets of its links and
/// submodules by their names.
async fn entries(
    repository: &Repository,
    commit: Oid,
    path: &str,
) -> Result<(Vec<TreeEntry>, Vec<(String, String)>), Fault> {
    let (repository, path) = (repository.clone(), path.to_owned());
    blocking(move || {
        let mut entries = repository.tree(commit, &path)?;
        entries.sort_by_key(|entry| {
            (!matches!(entry.mode, Mode::Tree | Mode::Submodule), entry.name.to_lowercase())
        });
        let mut links: Vec<(String, String)> = Vec::new();
        for entry in entries.iter().filter(|entry| entry.mode == Mode::Symlink).take(LINKS) {
            if let Ok(target) = repository.blob(entry.oid, LONGEST_LINK) {
                links
                    .push((entry.name.clone(), String::from_utf8_lossy(&target.data).into_owned()));
            }
        }
        if entries.iter().any(|entry| entry.mode == Mode::Submodule) {
            links.extend(submodules::read(&repository, commit, &path));
        }
        Ok((entries, links))
    })
    .await
}

/// A folder: branch, path, last commit, entries, README.
pub(super) async fn listing(
    visit: &Visit,
    at: &At<Read>,
    rev: &str,
    path: &str,
    extra: &Markup,
) -> Result<Markup, Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let repository = at.open(visit)?;
    let reader = repository.clone();
    let wanted = rev.to_owned();
    let tip = blocking(move || reader.commit(reader.resolve(&wanted)?)).await?;
    let (entries, links) = entries(&repository, tip.id, path).await?;
    let touched = last_commits(&visit.call.env, &repository, tip.id, path, SOON).await;
    let newest = touched
        .as_deref()
        .filter(|_| !path.is_empty())
        .and_then(|found| found.values().max_by_key(|commit| commit.committer.seconds))
        .unwrap_or(&tip);
    let explained = readme(visit, at, &repository, rev, path, &entries).await;
    let history = at.to("commits", rev, "")
        + &if path.is_empty() {
            String::new()
        } else {
            format!("?path={}", crate::request::segment(path))
        };
    let writes = at.may_commit(visit, &repository, rev).await?;
    let states = said::states(visit, at, std::iter::once(newest)).await?;
    Ok(html! {
        div.line.apart {
            div.line { (rev_menu(visit, at, &repository, "tree", rev, path).await?) (path_crumbs(visit, at, rev, path)) }
            div.line {
                (Button::link(t.find_title(), &at.to("find", rev, "")).icon(Icon::Search).key("t").render())
                (Button::link(t.depot_history(), &history).icon(Icon::History))
                @if writes { (add_menu(visit, at, rev, path)) }
                (extra)
            }
        }
        a hidden href=(at.to("tree", &tip.id.to_string(), path)) data-key="y" {}
        div.card {
            header.quiet { (commit_line(ui, at, newest)) (said::mark(visit, at, &states, &newest.id.to_string())) }
            (drawn(visit, at, rev, path, &entries, &links, touched.as_deref()))
        }
        (explained)
    })
}

/// What can be put into a folder.
fn add_menu(visit: &Visit, at: &At<Read>, rev: &str, path: &str) -> Markup {
    let t = visit.ui.t;
    let label = html! { (icon(Icon::Plus)) (t.edit_add()) (icon(Icon::Down)) };
    menu(
        "",
        &label,
        None,
        &html! {
            a.item href=(at.to("new", rev, path)) data-key="c" { (icon(Icon::File)) (t.edit_new_file()) }
            a.item href=(at.to("upload", rev, path)) { (icon(Icon::Export)) (t.edit_upload()) }
        },
    )
}

/// The entries with the last commit of each. Where those are not known yet,
/// the part asks for itself again when the page is there.
fn drawn(
    visit: &Visit,
    at: &At<Read>,
    rev: &str,
    path: &str,
    entries: &[TreeEntry],
    links: &[(String, String)],
    touched: Option<&last::Found>,
) -> Markup {
    let t = visit.ui.t;
    let unknown = last::Found::default();
    let found = touched.unwrap_or(&unknown);
    let lines: Vec<Entry> = entries
        .iter()
        .take(MOST)
        .map(|entry| {
            let target = links.iter().find(|(name, _)| *name == entry.name);
            line(
                &visit.ui,
                at,
                rev,
                entry,
                target.map(|(_, to)| to.as_str()),
                found.get(&entry.name),
            )
        })
        .collect();
    let live = touched.is_none().then(|| at.to("tree", rev, path));
    html! {
        div.listing data-part data-live=[live] data-soon {
            @if lines.is_empty() { p.said { (t.tree_empty()) } } @else { (tree(t.depot_files(), &lines)) }
            @if entries.len() > MOST { p.more.small.muted { (t.tree_more(entries.len() - MOST)) } }
        }
    }
}

/// Who did what last.
pub(super) fn commit_line(ui: &Ui, at: &At<Read>, commit: &Commit) -> Markup {
    let href = at.to("commit", &commit.id.to_string(), "");
    html! {
        (avatar(&commit.author.name, ""))
        strong.nowrap { (commit.author.name) }
        a.cut.grow.plain href=(href) { (commit.summary()) }
        a.mono.muted.nowrap.wide-only href=(href) { (commit.id.short(10)) }
        span.muted.small.nowrap { (ui.time(moment(commit.committer.seconds))) }
    }
}

/// Git's seconds as a moment.
pub(super) fn moment(seconds: i64) -> jiff::Timestamp {
    base::Timestamp::from_seconds(seconds).to_jiff()
}

fn line(
    ui: &Ui,
    at: &At<Read>,
    rev: &str,
    entry: &TreeEntry,
    target: Option<&str>,
    last: Option<&Commit>,
) -> Entry {
    let (shape, what) = match entry.mode {
        Mode::Tree => (Icon::Folder, "tree"),
        Mode::Submodule => (Icon::External, "tree"),
        Mode::Symlink => (Icon::Link, "blob"),
        Mode::File | Mode::Executable => (Icon::File, "blob"),
    };
    let (href, note) = match (entry.mode, target) {
        (Mode::Submodule, target) => {
            let leads = target.and_then(|url| submodules::leads(&at.depot, url, entry.oid));
            (leads.or_else(|| Some(at.to("blob", rev, &entry.path))), entry.oid.short(10))
        }
        (Mode::Symlink, Some(target)) => {
            (Some(at.to(what, rev, &entry.path)), format!("\u{2192} {target}"))
        }
        _ => (Some(at.to(what, rev, &entry.path)), String::new()),
    };
    Entry {
        name: entry.name.clone(),
        note,
        href,
        icon: shape,
        last: last.map(|commit| {
            (
                commit.summary(),
                at.to("commit", &commit.id.to_string(), ""),
                ui.time(moment(commit.committer.seconds)),
            )
        }),
        end: entry.size.map(size).unwrap_or_default(),
    }
}

/// A number of bytes for people.
#[expect(clippy::cast_precision_loss, reason = "one digit is shown")]
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{} B", group(i64::try_from(bytes).unwrap_or(i64::MAX))),
        1_024..1_048_576 => format!("{:.1} KB", bytes as f64 / 1_024.0),
        1_048_576..1_073_741_824 => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
        _ => format!("{:.1} GB", bytes as f64 / 1_073_741_824.0),
    }
}
