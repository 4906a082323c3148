use std::time::Duration;

use axum::extract::Path;
use base::{Error, Read};
use git::BlameRange;
use maud::{Markup, PreEscaped, Render, html};

use super::{
    blob::{Window, decoded, no_text},
    frame::{At, Here, at, path_crumbs, rev_menu},
    missing::{Located, located},
    tree::moment,
};
use crate::{
    components::{Button, Icon, avatar},
    request::{Answer, Asked, Place, Visit, blocking, patient},
    response,
};

/// Tracing is given up after this.
const PATIENCE: Duration = Duration::from_secs(15);
/// The largest file whose lines are traced, in bytes.
const LARGEST: u64 = 2 * 1024 * 1024;

pub(super) async fn show(
    visit: Visit,
    Path((project, depot, rev, path)): Path<(String, String, String, String)>,
    asked: Asked,
) -> Answer {
    let t = visit.ui.t;
    let at = at::<Read>(&visit, &project, &depot).await?;
    let repository = at.open(&visit)?;
    let path = path.trim_matches('/');
    let found = match located(&visit, &at, &repository, &rev, path).await? {
        Located::Found(found) => found,
        Located::Answered(page) => return Ok(page),
    };
    if !found.entry.mode.is_file() {
        return Ok(response::see_other(&at.to("blob", &rev, path)));
    }
    let (reader, oid) = (repository.clone(), found.entry.oid);
    let blob = blocking(move || reader.blob(oid, LARGEST)).await?;
    let Some((text, _)) = decoded(&blob.data) else { return Err(no_text()) };
    let window = Window::of(&text, &asked);
    let (first, last) = window.range();
    let lines = window.drawn(path);
    let ranges = if lines.is_empty() {
        Vec::new()
    } else {
        let (reader, wanted) = (repository.clone(), path.to_owned());
        let span = (u32::try_from(first).unwrap_or(1), u32::try_from(last).unwrap_or(u32::MAX));
        let traced = patient(PATIENCE, move |cancel| {
            reader.blame_lines(found.commit, &wanted, Some(span), cancel)
        });
        traced
            .await?
            .ok_or_else(|| Error::limit("tracing every line of this file takes too long"))?
    };
    let newest = ranges.iter().map(|range| range.commit.author_seconds).max().unwrap_or(0);
    let oldest = ranges.iter().map(|range| range.commit.author_seconds).min().unwrap_or(0);
    let body = html! {
        div.line.apart {
            div.line { (rev_menu(&visit, &at, &repository, "blame", &rev, path).await?) (path_crumbs(&visit, &at, &rev, path)) }
            div.line { (Button::link(t.code_source(), &at.to("blob", &rev, path)).icon(Icon::Code).key("b").render()) }
        }
        div.card {
            div.code.blame tabindex="0" role="group" aria-label=(path) { div.sheet {
                @for range in &ranges { (range_lines(&visit, &at, range, first, &lines, age(range, oldest, newest))) }
            } }
            @if lines.is_empty() { p.said { (t.code_nothing()) } }
            (window.pager(&visit, |page| asked.with("page", None) + &format!("?page={page}")))
        }
    };
    let title = format!("{} · {path}", t.code_blame());
    at.show(
        &visit,
        Here::Code,
        &rev,
        Place { title: &title, wide: true, ..Place::default() },
        Markup::default(),
        &body,
    )
    .await
}

/// From 1, the oldest on the page, to 5, the newest.
fn age(range: &BlameRange, oldest: i64, newest: i64) -> i64 {
    let span = (newest - oldest).max(1);
    1 + (range.commit.author_seconds - oldest).clamp(0, span) * 4 / span
}

fn range_lines(
    visit: &Visit,
    at: &At<Read>,
    range: &BlameRange,
    first: usize,
    lines: &[String],
    age: i64,
) -> Markup {
    let t = visit.ui.t;
    let start = usize::try_from(range.first_line).unwrap_or(1).max(first);
    let count = usize::try_from(range.lines).unwrap_or(1);
    let commit = &range.commit;
    let id = commit.id.to_string();
    // The file as it was before this commit, to look further back.
    let before = at.to("blame", &format!("{id}^"), &range.path);
    html! {
        div.range {
            div class={ "who age-" (age) } {
                (avatar(&commit.author_name, ""))
                a.cut.grow href=(at.to("commit", &id, "")) title={ (commit.summary) " — " (commit.author_name) } { (commit.summary) }
                span.muted.nowrap { (visit.ui.time(moment(commit.author_seconds))) }
                a.before href=(before) aria-label={ (t.code_before()) " " (commit.id.short(10)) } title=(t.code_before()) rel="nofollow" { (crate::components::icon(Icon::History)) }
            }
            div {
                @for (place, line) in lines.iter().enumerate().skip(start - first).take(count) {
                    @let no = first + place;
                    div.ln id={ "L" (no) } { a href={ "#L" (no) } { (no) } span { (PreEscaped(line)) } }
                }
            }
        }
    }
}
