use axum::extract::Path;
use depots::push::{self, LoggedPush, RefChange};
use maud::{Markup, html};

use super::{Page, Seen, Sent, manage, refs::short, show as show_page};
use crate::{
    components::{Icon, badge, card_flush, empty, icon, pager, person, rows, sheet},
    request::{Answer, Asked, Visit, link, segment},
};

/// Pushes on one page.
const SIZE: u64 = 30;

/// Refs of one push that are shown.
const SHOWN: usize = 20;

pub(super) async fn show(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let seen = manage(&visit, &project, &depot).await?;
    let pushes = push::log(&visit.call, &seen.at.depot, asked.page(SIZE)).await?;
    let number = pushes.page.number();
    let here = seen.to("/activity");
    let page = |number: u64| format!("{here}?page={number}");
    let body = html! {
        @if pushes.items.is_empty() {
            (sheet(&empty(ui, Icon::Clock, t.activity_none(), t.activity_none_about(), &Markup::default(), &[])))
        } @else {
            (card_flush(t.sets_activity(), None, &html! {
                div.body { p.muted { (t.activity_about()) } }
                (rows(&html! { @for push in &pushes.items { (line(&visit, &seen, push)) } }))
            }))
        }
        (pager(ui, (number > 1).then(|| page(number - 1)).as_deref(), &t.list_page(number), pushes.has_next().then(|| page(number + 1)).as_deref()))
    };
    show_page(&visit, &seen, Page::Activity, &Sent::default(), &body).await
}

fn line(visit: &Visit, seen: &Seen, push: &LoggedPush) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    html! {
        div.row {
            div.lead { (icon(Icon::Commit)) }
            div.title { (person(&push.pusher)) span.small.muted { (ui.time(push.at.to_jiff())) } @if push.updates.len() > 1 { span.small.muted { (t.activity_changes(push.updates.len())) } } }
            div.meta.stack.s4 {
                @for change in push.updates.iter().take(SHOWN) { (changed(visit, seen, change)) }
                @if push.updates.len() > SHOWN { span { (t.activity_more(push.updates.len() - SHOWN)) } }
            }
        }
    }
}

fn changed(visit: &Visit, seen: &Seen, change: &RefChange) -> Markup {
    let t = visit.ui.t;
    let base = seen.at.base();
    let is_tag = change.name.starts_with("refs/tags/");
    let name = short(&change.name);
    let made = change.old.bytes().all(|byte| byte == b'0');
    let id = |id: &str| html! { a.mono href=(link(&[], &format!("{base}/commit/{id}"))) { (id.get(..10).unwrap_or(id)) } };
    html! {
        span.line.tight {
            (icon(if is_tag { Icon::Tag } else { Icon::Branch }))
            span.mono title=(change.name) { (name) }
            @if change.is_deletion() {
                (badge(t.activity_deleted(), None)) span.mono { (change.old.get(..10).unwrap_or(&change.old)) }
            } @else if made {
                (badge(t.activity_made(), None)) (id(&change.new))
            } @else {
                (id(&change.old)) "→" (id(&change.new))
                a href={ (base) "/compare?from=" (segment(&change.old)) "&to=" (segment(&change.new)) } { (t.activity_compare()) }
            }
        }
    }
}
