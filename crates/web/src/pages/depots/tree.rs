use axum::extract::Path;
use base::Read;
use git::{Commit, Mode, TreeEntry};
use maud::{Markup, html};

use super::{
    frame::{At, Here, at, branch_menu, path_crumbs, resolve},
    last::last_commits,
    readme::readme,
};
use crate::{
    components::{Button, Entry, Icon, avatar, tree},
    request::{Answer, Fault, Place, Visit, blocking},
    ui::Ui,
};

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
    let body = listing(visit, &at, rev, path, &Markup::default()).await?;
    let title = if path.is_empty() { rev } else { path };
    let place = Place { title, pictures: true, ..Place::default() };
    at.show(visit, Here::Code, rev, place, Markup::default(), &body).await
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
    let commit = resolve(&repository, rev).await?;
    let (reader, folder) = (repository.clone(), path.to_owned());
    let (branches, mut entries, newest) = blocking(move || {
        let newest = reader.commit(commit)?;
        Ok((reader.branches()?, reader.tree(commit, &folder)?, newest))
    })
    .await?;
    entries.sort_by_key(|entry| {
        (!matches!(entry.mode, Mode::Tree | Mode::Submodule), entry.name.to_lowercase())
    });
    let touched = last_commits(&visit.call.env, &repository, commit, path).await;
    let lines: Vec<Entry> =
        entries.iter().map(|entry| line(ui, at, rev, entry, touched.get(&entry.name))).collect();
    let explained = readme(visit, at, &repository, rev, path, &entries).await;
    let history = at.to("commits", rev, "")
        + &if path.is_empty() {
            String::new()
        } else {
            format!("?path={}", crate::request::segment(path))
        };
    Ok(html! {
        div.line.apart {
            div.line { (branch_menu(visit, at, "tree", rev, path, &branches)) (path_crumbs(visit, at, rev, path)) }
            div.line { (Button::link(t.depot_history(), &history).icon(Icon::History)) (extra) }
        }
        div.card {
            header.quiet { (commit_line(ui, at, &newest)) }
            (tree(t.depot_files(), &lines))
        }
        (explained)
    })
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

fn line(ui: &Ui, at: &At<Read>, rev: &str, entry: &TreeEntry, last: Option<&Commit>) -> Entry {
    let (shape, what) = match entry.mode {
        Mode::Tree => (Icon::Folder, "tree"),
        Mode::Submodule => (Icon::External, "tree"),
        Mode::Symlink => (Icon::Link, "blob"),
        Mode::File | Mode::Executable => (Icon::File, "blob"),
    };
    let href = if entry.mode == Mode::Submodule {
        at.to("tree", rev, "")
    } else {
        at.to(what, rev, &entry.path)
    };
    Entry {
        name: entry.name.clone(),
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
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{:.1} KB", bytes as f64 / 1_024.0),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
    }
}
