use std::time::Duration;

use axum::extract::Path;
use base::{Error, Read};
use git::Commit;
use maud::{Markup, html};

use super::{
    frame::{At, Here, at, branch_menu, path_crumbs, resolve},
    tree::moment,
};
use crate::{
    components::{Icon, Row, avatar, empty, icon, pager, row, rows, sheet},
    request::{Answer, Asked, Place, Visit, blocking, patient},
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
    let path = asked.one("path").to_owned();
    let number: usize = asked.one("page").parse().unwrap_or(1).clamp(1, 100_000);
    let reader = repository.clone();
    let any = blocking(move || Ok(!reader.branches()?.is_empty())).await?;
    if !any {
        let body = sheet(&empty(
            ui,
            Icon::Commit,
            t.commits_empty_title(),
            t.commits_empty_about(),
            &Markup::default(),
            &[],
        ));
        return at
            .show(
                &visit,
                Here::Commits,
                &rev,
                Place { title: t.depot_commits(), ..Place::default() },
                Markup::default(),
                &body,
            )
            .await;
    }
    let from = resolve(&repository, &rev).await?;
    let wanted = path.clone();
    let listed = patient(PATIENCE, move |cancel| {
        let skip = (number - 1) * SIZE;
        let commits = if wanted.is_empty() {
            repository.log(from, skip, SIZE + 1)?
        } else {
            repository.path_log(from, &wanted, skip, SIZE + 1, cancel)?
        };
        Ok((repository.branches()?, commits))
    });
    let Some((branches, mut commits)) = listed.await? else {
        return Err(Error::limit("walking so far back in the history takes too long").into());
    };
    let more = commits.len() > SIZE;
    commits.truncate(SIZE);
    let page = |n: usize| {
        asked.with("page", None) + if path.is_empty() { "?" } else { "&" } + &format!("page={n}")
    };
    let body = html! {
        div.line {
            (branch_menu(&visit, &at, "commits", &rev, "", &branches))
            @if !path.is_empty() { (path_crumbs(&visit, &at, &rev, &path)) }
        }
        (sheet(&rows(&days(&visit, &at, &commits))))
        (pager(ui, (number > 1).then(|| page(number - 1)).as_deref(), &t.list_page(number), more.then(|| page(number + 1)).as_deref()))
    };
    at.show(
        &visit,
        Here::Commits,
        &rev,
        Place { title: t.depot_commits(), ..Place::default() },
        Markup::default(),
        &body,
    )
    .await
}

/// The commits, with a line before the first of each day.
fn days(visit: &Visit, at: &At<Read>, commits: &[Commit]) -> Markup {
    let day = |commit: &Commit| visit.ui.day(moment(commit.committer.seconds));
    html! {
        @for group in commits.chunk_by(|a, b| day(a) == day(b)) {
            div.day { (day(&group[0])) }
            @for commit in group { (commit_row(visit, at, commit)) }
        }
    }
}

fn commit_row(visit: &Visit, at: &At<Read>, commit: &Commit) -> Markup {
    let t = visit.ui.t;
    row(&Row {
        lead: avatar(&commit.author.name, ""),
        title: &commit.summary(),
        href: &at.to("commit", &commit.id.to_string(), ""),
        signs: Markup::default(),
        meta: html! {
            span { (commit.author.name) }
            span { (visit.ui.time(moment(commit.committer.seconds))) }
            @if commit.parents.len() > 1 { span { (icon(Icon::Branch)) (t.commit_merge()) } }
            @if commit.signed { span { (icon(Icon::Key)) (t.commit_signed()) } }
        },
        side: html! { a.mono.muted href=(at.to("tree", &commit.id.to_string(), "")) title=(t.commit_browse()) { (commit.id.short(10)) } },
    })
}
