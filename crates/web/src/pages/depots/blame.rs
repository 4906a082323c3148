use std::{sync::Arc, time::Duration};

use axum::extract::Path;
use base::Read;
use git::{BlameRange, Cancel, Oid};
use maud::{Markup, PreEscaped, Render, html};

use super::{
    blob::{Window, decoded, no_text},
    frame::{At, Here, at, path_crumbs, rev_menu},
    kept::Kept,
    missing::{Located, located},
    tree::moment,
};
use crate::{
    components::{Button, Icon, avatar},
    request::{Answer, Asked, Place, Visit, blocking},
    response,
};

/// A page waits no longer than this; its part goes on.
const SOON: Duration = Duration::from_millis(150);
/// Tracing is given up after this.
const PATIENCE: Duration = Duration::from_secs(30);
/// The largest file whose lines are traced, in bytes.
const LARGEST: u64 = 2 * 1024 * 1024;

/// Who wrote the lines of a file, by its commit, path and page.
type Known = Kept<(Oid, String, (u32, u32)), Vec<BlameRange>, 60>;

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
    let waits = visit.part || asked.some("wait").is_some();
    let ranges = if lines.is_empty() {
        Some(Arc::default())
    } else {
        let span = (u32::try_from(first).unwrap_or(1), u32::try_from(last).unwrap_or(u32::MAX));
        let patience = if waits { PATIENCE } else { SOON };
        let (reader, key) = (repository.clone(), (found.commit, path.to_owned(), span));
        let work = move || {
            let traced = reader.blame_lines(key.0, &key.1, Some(key.2), &Cancel::new());
            traced.inspect_err(|error| tracing::warn!(%error, "lines cannot be traced")).ok()
        };
        let key = (found.commit, path.to_owned(), span);
        visit.call.env.memory::<Known>().work(key, patience, work).await
    };
    let part = part(
        &visit,
        &at,
        &asked,
        path,
        first,
        &lines,
        ranges.as_ref().map(|ranges| ranges.as_slice()),
        waits,
    );
    if visit.part {
        return Ok(response::page(http::StatusCode::OK, part));
    }
    let body = html! {
        div.line.apart {
            div.line { (rev_menu(&visit, &at, &repository, "blame", &rev, path).await?) (path_crumbs(&visit, &at, &rev, path)) }
            div.line { (Button::link(t.code_source(), &at.to("blob", &rev, path)).icon(Icon::Code).key("b").render()) }
        }
        div.card {
            (part)
            @if lines.is_empty() { p.said { (t.code_nothing()) } }
            (window.pager(&visit, |page| format!("{}?page={page}", at.to("blame", &rev, path))))
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

/// The lines, with who wrote them as soon as that is known; the code is there
/// before.
#[expect(clippy::too_many_arguments, reason = "all of it is what one part shows")]
fn part(
    visit: &Visit,
    at: &At<Read>,
    asked: &Asked,
    path: &str,
    first: usize,
    lines: &[String],
    ranges: Option<&[BlameRange]>,
    waited: bool,
) -> Markup {
    let t = visit.ui.t;
    let wait = asked.with("wait", Some("1"));
    let address = match asked.some("page") {
        Some(page) => format!("{wait}&page={page}"),
        None => wait,
    };
    let seconds = || ranges.into_iter().flatten().map(|range| range.commit.author_seconds);
    let (oldest, newest) = (seconds().min().unwrap_or(0), seconds().max().unwrap_or(0));
    html! {
        div data-part data-live=[(ranges.is_none() && !waited).then_some(&address)] data-soon {
            @if ranges.is_none() {
                p.said { @if waited { (t.code_blame_long()) } @else { (t.code_blame_waits()) noscript { " " a href=(address) { (t.code_blame()) } } } }
            }
            div.code.blame tabindex="0" role="group" aria-label=(path) { div.sheet {
                @match ranges {
                    Some(ranges) => { @for range in ranges { (range_lines(visit, at, range, first, lines, age(range, oldest, newest))) } }
                    None => { div.range { div.who {} div { (numbered(lines, first, 0, lines.len())) } } }
                }
            } }
        }
    }
}

/// Lines with their numbers; `first` is the number of the first one.
fn numbered(lines: &[String], first: usize, skip: usize, count: usize) -> Markup {
    html! {
        @for (place, line) in lines.iter().enumerate().skip(skip).take(count) {
            @let no = first + place;
            div.ln id={ "L" (no) } { a href={ "#L" (no) } { (no) } span { (PreEscaped(line)) } }
        }
    }
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
            div { (numbered(lines, first, start - first, count)) }
        }
    }
}
