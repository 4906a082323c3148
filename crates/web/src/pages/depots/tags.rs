use axum::extract::Path;
use base::Read;
use git::{Commit, RefQuery, Tag};
use maud::{Markup, html};

use super::{
    frame::{At, Here, at},
    marks::Marks,
    tree::moment,
};
use crate::{
    components::{Icon, Row, empty, icon, pager, row, rows, sheet},
    request::{Answer, Asked, Place, Visit, blocking},
};

/// Tags on one page.
const SIZE: usize = 30;

pub(super) async fn show(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let at = at::<Read>(&visit, &project, &depot).await?;
    let repository = at.open(&visit)?;
    let number: usize = asked.one("page").parse().unwrap_or(1).clamp(1, 100_000);
    let query = RefQuery {
        keyword: asked.one("q").to_owned(),
        newest_first: true,
        skip: (number - 1) * SIZE,
        limit: SIZE,
    };
    let any = RefQuery { limit: 1, ..RefQuery::default() };
    let (branches, total, lines) = blocking(move || {
        let branches = repository.branch_page(&any)?.total;
        let page = repository.tag_page(&query)?;
        let line = |tag: Tag| (repository.commit(tag.object).ok(), tag);
        Ok((branches, page.total, page.items.into_iter().map(line).collect::<Vec<_>>()))
    })
    .await?;
    let writes = at.may_write(&visit).await?;
    let marks = Marks::of(&visit, &at).await?;
    let here = asked.with("page", None);
    let page = |n: usize| format!("{here}{}page={n}", if here.contains('?') { '&' } else { '?' });
    let more = number * SIZE < total;
    let new = html! { @if writes && branches > 0 { (super::refs::new_tag(&visit, &at)) } };
    let body = html! {
        @if total == 0 && asked.some("q").is_none() {
            (sheet(&empty(ui, Icon::Tag, t.tags_empty_title(), t.tags_empty_about(), &new, &[])))
        } @else {
            div.line.apart {
                form.line method="get" role="search" { input.input.fit type="search" name="q" value=(asked.one("q")) placeholder=(t.action_filter()) aria-label=(t.action_filter()); }
                (new)
            }
            @if lines.is_empty() { (sheet(&empty(ui, Icon::Tag, t.findings_none(), t.findings_none_about(), &Markup::default(), &[]))) }
            @else { (sheet(&rows(&html! { @for (commit, tag) in &lines { (drawn(&visit, &at, &marks, (tag, commit.as_ref()), writes)) } }))) }
            (pager(ui, (number > 1).then(|| page(number - 1)).as_deref(), &t.list_page(number), more.then(|| page(number + 1)).as_deref()))
        }
    };
    let place = Place { title: t.depot_tags(), ..Place::default() };
    at.show(&visit, Here::Tags, &at.depot.default_branch, place, Markup::default(), &body).await
}

fn drawn(
    visit: &Visit,
    at: &At<Read>,
    marks: &Marks,
    (tag, commit): (&Tag, Option<&Commit>),
    writes: bool,
) -> Markup {
    let words = tag.annotation.as_ref().map(|it| it.message.trim()).unwrap_or_default();
    let tagger = tag.annotation.as_ref().and_then(|it| it.tagger.as_ref());
    let made = tagger.map(|it| it.seconds).or(commit.map(|it| it.committer.seconds));
    let by = tagger.map(|it| &it.name).or(commit.map(|it| &it.author.name));
    html! {
        (row(&Row {
            lead: icon(Icon::Tag),
            title: &tag.name,
            href: &at.to("tree", &tag.name, ""),
            signs: marks.tag(&tag.name),
            meta: html! {
                @if words.is_empty() { @if let Some(commit) = commit { span.cut { (commit.summary()) } } }
                @else { span.cut { (words.lines().next().unwrap_or_default()) } }
                @if let Some(by) = by { span { (by) } }
                @if let Some(made) = made { span { (visit.ui.time(moment(made))) } }
            },
            side: html! {
                a.mono.muted href=(at.to("commit", &tag.object.to_string(), "")) { (tag.object.short(10)) }
                (super::refs::tag_menu(visit, at, &tag.name, writes))
            },
        }))
        @if words.lines().count() > 1 {
            details.fold.annotation { summary.small.muted { (icon(Icon::Down)) (visit.ui.t.tags_words()) } pre.plain { (words) } }
        }
    }
}
