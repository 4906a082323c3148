use std::time::Duration;

use axum::extract::Path;
use base::{Error, Read};
use git::BlameRange;
use maud::{Markup, PreEscaped, html};

use super::{
    frame::{At, Here, at, branch_menu, path_crumbs, resolve},
    tree::moment,
};
use crate::{
    components::{Button, Icon, Language, avatar, highlight},
    request::{Answer, Fault, Place, Visit, patient},
};

/// Tracing is given up after this.
const PATIENCE: Duration = Duration::from_secs(15);
/// The largest file whose lines are traced, in bytes.
const LARGEST: u64 = 2 * 1024 * 1024;

pub(super) async fn show(
    visit: Visit,
    Path((project, depot, rev, path)): Path<(String, String, String, String)>,
) -> Answer {
    let t = visit.ui.t;
    let at = at::<Read>(&visit, &project, &depot).await?;
    let repository = at.open(&visit)?;
    let commit = resolve(&repository, &rev).await?;
    let wanted = path.clone();
    let traced = patient(PATIENCE, move |cancel| {
        let blob = repository.file(commit, &wanted, LARGEST)?;
        let binary = blob.is_binary();
        let ranges = if binary { Vec::new() } else { repository.blame(commit, &wanted, cancel)? };
        Ok((repository.branches()?, blob, ranges))
    });
    let Some((branches, blob, mut ranges)) = traced.await? else {
        return Err(Error::limit("tracing every line of this file takes too long").into());
    };
    if blob.is_binary() {
        return Err(Fault(Error::invalid("path", "names a file that is not text")));
    }
    ranges.sort_by_key(|range| range.first_line);
    let text = String::from_utf8_lossy(&blob.data).into_owned();
    let lines = highlight(Language::of_path(&path), &text);
    let body = html! {
        div.line.apart {
            div.line { (branch_menu(&visit, &at, "blame", &rev, &path, &branches)) (path_crumbs(&visit, &at, &rev, &path)) }
            div.line { (Button::link(t.code_source(), &at.to("blob", &rev, &path)).icon(Icon::Code)) }
        }
        div.card { div.code.blame tabindex="0" role="group" aria-label=(path) { div.sheet {
            @for range in &ranges { (range_lines(&visit, &at, range, &lines)) }
        } } }
    };
    at.show(
        &visit,
        Here::Code,
        &rev,
        Place { title: &path, wide: true, ..Place::default() },
        Markup::default(),
        &body,
    )
    .await
}

fn range_lines(visit: &Visit, at: &At<Read>, range: &BlameRange, lines: &[String]) -> Markup {
    let first = usize::try_from(range.first_line).unwrap_or(1).max(1);
    let count = usize::try_from(range.lines).unwrap_or(1);
    let commit = &range.commit;
    html! {
        div.range {
            div.who {
                (avatar(&commit.author_name, ""))
                a.cut.grow href=(at.to("commit", &commit.id.to_string(), "")) title={ (commit.summary) " — " (commit.author_name) } { (commit.summary) }
                span.muted.nowrap { (visit.ui.time(moment(commit.author_seconds))) }
            }
            div {
                @for (place, line) in lines.iter().enumerate().skip(first - 1).take(count) {
                    div.ln id={ "L" (place + 1) } { a href={ "#L" (place + 1) } { (place + 1) } span { (PreEscaped(line)) } }
                }
            }
        }
    }
}
