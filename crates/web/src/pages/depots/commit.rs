use axum::extract::Path;
use base::Read;
use git::DiffLimits;
use maud::{Markup, Render, html};

use super::{
    differences::files,
    frame::{Here, at, resolve},
    tree::moment,
};
use crate::{
    components::{Button, Icon, avatar, churn, copy_button, diff, icon},
    request::{Answer, Place, Visit, blocking},
};

pub(super) async fn show(
    visit: Visit,
    Path((project, depot, sha)): Path<(String, String, String)>,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let at = at::<Read>(&visit, &project, &depot).await?;
    let repository = at.open(&visit)?;
    let id = resolve(&repository, &sha).await?;
    let (commit, changes) = blocking(move || {
        Ok((repository.commit(id)?, repository.commit_diff(id, DiffLimits::default())?))
    })
    .await?;
    let files = files(&visit, &changes, |path| at.to("blob", &id.to_string(), path));
    let (added, removed) =
        files.iter().fold((0, 0), |(a, r), file| (a + file.added, r + file.removed));
    let summary = commit.summary();
    let body = html! {
        section.card {
            div.body.stack.s12 {
                div.line.apart {
                    h2 { (summary) }
                    (Button::link(t.commit_browse(), &at.to("tree", &id.to_string(), "")).icon(Icon::Folder).render())
                }
                @if !commit.body().is_empty() { pre.plain { (commit.body()) } }
                div.line.wide.small.muted {
                    span.line.tight { (avatar(&commit.author.name, "")) strong { (commit.author.name) } (ui.time(moment(commit.author.seconds))) }
                    @if commit.committer.name != commit.author.name { span { (t.commit_by(&commit.committer.name)) } }
                    span.line.tight { code { (id.short(12)) } span.sr { code { (id) } } (copy_button(ui)) }
                    @for parent in &commit.parents {
                        span.line.tight { (icon(Icon::Commit)) (t.commit_parent()) a.mono href=(at.to("commit", &parent.to_string(), "")) { (parent.short(10)) } }
                    }
                    @if commit.signed { span.line.tight { (icon(Icon::Key)) (t.commit_signed()) } }
                }
            }
        }
        div.line { strong { (t.commit_files(files.len())) } (churn(added, removed)) }
        @if files.len() > 1 { (overview(&files)) }
        (diff(ui, &files))
    };
    at.show(
        &visit,
        Here::Commits,
        &sha,
        Place { title: &summary, wide: true, ..Place::default() },
        Markup::default(),
        &body,
    )
    .await
}

/// The changed files as links to their boxes.
fn overview(files: &[crate::components::FileDiff]) -> Markup {
    html! {
        details.card.contents {
            summary { (icon(Icon::Right)) span.mono.cut.small { (files[0].path) ", " (files[1].path) " …" } }
            ul {
                @for (place, file) in files.iter().enumerate() {
                    li.line.apart.keep { a.mono.small.cut href={ "#file-" (place) } { (file.path) } (churn(file.added, file.removed)) }
                }
            }
        }
    }
}
