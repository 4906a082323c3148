use std::collections::HashMap;

use axum::extract::Path;
use base::{PageRequest, Read, UserId};
use depots::releases::{self, Release, ReleaseFilter};
use maud::{Markup, html};

use super::super::frame::{Here, at};
use super::{downloads, facts, notes, signs, to};
use crate::{
    components::{Button, Icon, Weight, empty, pager, sheet},
    request::{Answer, Asked, Place, Visit, blocking},
};

/// Releases on one page.
const SIZE: u64 = 10;

pub(super) async fn show(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let at = at::<Read>(&visit, &project, &depot).await?;
    let number: u64 = asked.one("page").parse().unwrap_or(1).clamp(1, 100_000);
    let filter = ReleaseFilter::default();
    let page = releases::list(&visit.call, &at.depot, &filter, asked.page(SIZE)).await?;
    let released = ReleaseFilter { pre: Some(false), ..ReleaseFilter::default() };
    let latest =
        releases::list(&visit.call, &at.depot, &released, PageRequest::first(1)).await?.items.pop();
    let latest = latest.map(|release| release.id);
    let writes = at.may_write(&visit).await?;
    let people = people(&visit, &page.items).await?;
    // There is nothing to give a tag to.
    let begun = {
        let repository = at.open(&visit)?;
        let any = git::RefQuery { limit: 1, ..git::RefQuery::default() };
        blocking(move || {
            Ok(repository.branch_page(&any)?.total + repository.tag_page(&any)?.total > 0)
        })
        .await?
    };
    let new = html! {
        @if writes && begun { (Button::link(t.release_new(), &format!("{}/releases/new", at.base())).icon(Icon::Plus).weight(Weight::Primary)) }
    };
    let way = html! {
        @if begun { (new) }
        @else { (Button::link(t.release_begin(), &at.base()).icon(Icon::Code).weight(Weight::Primary)) }
    };
    let to_page = |n: u64| format!("?page={n}");
    let more = page.has_next();
    let body = html! {
        @if page.total == 0 {
            (sheet(&empty(ui, Icon::Tag, t.release_empty_title(), if begun { t.release_empty_about() } else { t.release_unborn_about() }, &way, &[])))
        } @else {
            div.line.apart { h2 { (t.release_title()) } (new) }
            div.stack.s16 {
                @for release in &page.items {
                    section.card {
                        div.body.stack.s8 {
                            div.line.apart {
                                div.line { h3 { a href=(to(&at, release)) { (release.title) } } (signs(&visit, release, latest == Some(release.id))) }
                            }
                            div.line.small.wrap { (facts(&visit, &at, release, by(&people, release))) }
                            (notes(&at, release))
                            @if !release.attachments.is_empty() { (downloads(&at, release)) }
                        }
                    }
                }
            }
            (pager(ui, (number > 1).then(|| to_page(number - 1)).as_deref(), &t.list_page(usize::try_from(number).unwrap_or(1)), more.then(|| to_page(number + 1)).as_deref()))
        }
    };
    let place = Place { title: t.release_title(), pictures: true, ..Place::default() };
    at.show(&visit, Here::Releases, &at.depot.default_branch, place, Markup::default(), &body).await
}

/// Who made the releases; one query.
pub(super) async fn people(
    visit: &Visit,
    releases: &[Release],
) -> Result<HashMap<UserId, String>, base::Error> {
    let ids: Vec<UserId> = releases.iter().filter_map(|release| release.creator).collect();
    let found = identity::users::by_ids(visit.call.db.reader(), &ids).await?;
    Ok(found.into_iter().map(|(id, user)| (id, user.display_name)).collect())
}

pub(super) fn by<'a>(people: &'a HashMap<UserId, String>, release: &Release) -> Option<&'a str> {
    release.creator.and_then(|id| people.get(&id)).map(String::as_str)
}
