use std::{collections::HashSet, time::Duration};

use axum::extract::Path;
use base::Read;
use git::{Commit, Oid, RefKind, Repository};
use maud::{Markup, Render, html};

use super::{
    changes::Difference,
    comments::Comments,
    frame::{At, Here, at},
    missing::{Located, located},
    tree::moment,
};
use crate::{
    components::{Button, Icon, avatar, copy_button, icon},
    request::{Answer, Asked, Place, Visit, blocking, patient},
    response,
};

/// Branches and tags that hold the commit are listed up to this many.
const REFS: usize = 20;
/// Looking for them is given up after this.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn show(
    visit: Visit,
    Path((project, depot, sha)): Path<(String, String, String)>,
    asked: Asked,
) -> Answer {
    let at = at::<Read>(&visit, &project, &depot).await?;
    let repository = at.open(&visit)?;
    let id = match located(&visit, &at, &repository, &sha, "").await? {
        Located::Found(found) => found.commit,
        Located::Answered(page) => return Ok(page),
    };
    if visit.part && asked.some("file").is_none() {
        return holders(&visit, &at, repository, id).await;
    }
    let reader = repository.clone();
    let commit = blocking(move || reader.commit(id)).await?;
    let old = commit.parents.first().copied();
    let comments = Comments::of(&visit, &at, &asked, &id.to_string()).await?;
    let said = Some(&comments);
    let difference = Difference { visit: &visit, at: &at, asked: &asked, old, new: id, said };
    if visit.part {
        return difference.part(&repository).await;
    }
    let changes = difference.page(&repository).await?;
    let said = super::said::said(&visit, &at, &id.to_string()).await?;
    let summary = commit.summary();
    let changed =
        if comments.at_lines() { difference.paths(&repository).await? } else { HashSet::new() };
    let body = html! {
        (about(&visit, &at, &commit, &summary, &said.verdict))
        (changes)
        (said.body)
        (comments.all(|path| changed.contains(path)))
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

/// Who did what, when, and where it stands in the history.
fn about(visit: &Visit, at: &At<Read>, commit: &Commit, summary: &str, verdict: &Markup) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let id = commit.id.to_string();
    html! {
        section.card {
            div.body.stack.s12 {
                div.line.apart {
                    h2.grow.subject { (summary) }
                    (Button::link(t.commit_browse(), &at.to("tree", &id, "")).icon(Icon::Folder).render())
                }
                @if !commit.body().is_empty() { pre.plain { (commit.body()) } }
                div.line.wide.small.muted {
                    span.line.tight { (avatar(&commit.author.name, "")) strong { (commit.author.name) } (ui.time(moment(commit.author.seconds))) }
                    @if commit.committer.name != commit.author.name { span { (t.commit_by(&commit.committer.name)) " " (ui.time(moment(commit.committer.seconds))) } }
                    span.line.tight { code { (commit.id.short(12)) } span.sr { code { (id) } } (copy_button(ui)) }
                    @for parent in &commit.parents {
                        span.line.tight { (icon(Icon::Commit)) (t.commit_parent()) a.mono href=(at.to("commit", &parent.to_string(), "")) { (parent.short(10)) } }
                    }
                    (verdict)
                    @if commit.signed { span.line.tight { (icon(Icon::Key)) (t.commit_signed()) } }
                }
                div.line.small.muted.refs data-live=(at.to("commit", &id, "")) {}
            }
        }
    }
}

/// The branches and tags whose history holds the commit, asked for after the
/// page is there.
async fn holders(visit: &Visit, at: &At<Read>, repository: Repository, id: Oid) -> Answer {
    let kinds = [RefKind::Branch, RefKind::Tag];
    let found =
        patient(PATIENCE, move |cancel| repository.refs_holding(id, &kinds, REFS + 1, cancel));
    let found = found.await?.unwrap_or_default();
    let part = html! {
        div data-part {
            @for name in found.iter().take(REFS) {
                @let branch = name.strip_prefix(RefKind::Branch.prefix());
                @let short = branch.or_else(|| name.strip_prefix(RefKind::Tag.prefix())).unwrap_or(name);
                a.badge href=(at.to("tree", short, "")) { (icon(if branch.is_some() { Icon::Branch } else { Icon::Tag })) (short) }
            }
            @if found.len() > REFS { span { (visit.ui.t.action_more()) "\u{2026}" } }
        }
    };
    Ok(response::page(http::StatusCode::OK, part))
}
