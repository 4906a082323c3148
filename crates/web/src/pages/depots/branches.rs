use axum::extract::Path;
use base::Read;
use git::{Commit, Oid};
use maud::{Markup, html};

use super::{
    frame::{At, Here, at},
    tree::moment,
};
use crate::{
    components::{Icon, Row, badge, card_flush, empty, icon, row, rows},
    request::{Answer, Place, Visit, blocking},
};

/// More refs than this are not listed; the rest are reached by address.
const MOST: usize = 300;

struct Named {
    name: String,
    commit: Option<Commit>,
    id: Oid,
}

pub(super) async fn show(visit: Visit, Path((project, depot)): Path<(String, String)>) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let at = at::<Read>(&visit, &project, &depot).await?;
    let repository = at.open(&visit)?;
    let (branches, tags) = blocking(move || {
        let named = |name: String, id: Oid| Named { commit: repository.commit(id).ok(), name, id };
        let mut branches: Vec<Named> = repository
            .branches()?
            .into_iter()
            .take(MOST)
            .map(|b| named(b.name, b.commit))
            .collect();
        let mut tags: Vec<Named> = repository
            .tags()?
            .into_iter()
            .take(MOST)
            .map(|tag| named(tag.name, tag.target))
            .collect();
        for list in [&mut branches, &mut tags] {
            list.sort_by_key(|named| {
                std::cmp::Reverse(named.commit.as_ref().map_or(0, |c| c.committer.seconds))
            });
        }
        Ok((branches, tags))
    })
    .await?;
    let default = at.depot.default_branch.clone();
    let body = html! {
        @if branches.is_empty() {
            div.card { (empty(ui, Icon::Branch, t.commits_empty_title(), t.commits_empty_about(), &Markup::default(), &[])) }
        } @else {
            (card_flush(t.depot_branches(), None, &rows(&html! { @for named in &branches { (line(&visit, &at, Icon::Branch, named, named.name == default)) } })))
        }
        @if !tags.is_empty() {
            (card_flush(t.depot_tags(), None, &rows(&html! { @for named in &tags { (line(&visit, &at, Icon::Tag, named, false)) } })))
        }
    };
    at.show(
        &visit,
        Here::Branches,
        &default,
        Place { title: t.depot_branches(), ..Place::default() },
        Markup::default(),
        &body,
    )
    .await
}

fn line(visit: &Visit, at: &At<Read>, shape: Icon, named: &Named, default: bool) -> Markup {
    let t = visit.ui.t;
    row(&Row {
        lead: icon(shape),
        title: &named.name,
        href: &at.to("tree", &named.name, ""),
        signs: html! { @if default { (badge(t.depot_default(), None)) } },
        meta: html! {
            @if let Some(commit) = &named.commit {
                span.cut { (commit.summary()) }
                span { (commit.author.name) }
                span { (visit.ui.time(moment(commit.committer.seconds))) }
            }
        },
        side: html! { a.mono.muted href=(at.to("commit", &named.id.to_string(), "")) { (named.id.short(10)) } },
    })
}
