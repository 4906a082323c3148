//! The history as a picture: a line for each thread of work.

mod lanes;

use std::{collections::HashMap, time::Duration};

use axum::extract::Path;
use base::{Error, Read};
use git::{Commit, LogQuery, Oid, Repository};
use maud::{Markup, Render as _, html};

use super::{
    commits::{pinned, turned},
    frame::{At, Here, at, rev_menu},
    missing::{Located, located},
    tree::moment,
};
use crate::{
    components::{Button, Icon, icon, pager},
    request::{Answer, Asked, Fault, Place, Visit, blocking, patient},
};
use lanes::{Lanes, Step};

/// Commits on one page.
const SIZE: usize = 60;
/// Branches and tags that are looked up.
const NAMES: usize = 500;
/// Pixels between two commits, and between two lines.
const ROW: usize = 36;
const LANE: usize = 16;
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
    let tip = match located(&visit, &at, &repository, &rev, "").await? {
        Located::Found(found) => found.commit,
        Located::Answered(page) => return Ok(page),
    };
    let number: usize = asked.one("page").parse().unwrap_or(1).clamp(1, 100_000);
    let from = pinned(&repository, &asked, number).await?.unwrap_or(tip);
    let reader = repository.clone();
    let query = LogQuery { skip: (number - 1) * SIZE, limit: SIZE + 1, ..LogQuery::default() };
    let walked = patient(PATIENCE, move |cancel| reader.history(from, &query, cancel)).await?;
    let Some(walked) = walked else {
        return Err(Error::limit("walking so far back in the history takes too long").into());
    };
    let more = walked.len() > SIZE;
    let commits: Vec<Commit> = walked.into_iter().take(SIZE).map(|logged| logged.commit).collect();
    let names = names(&repository).await?;
    let lanes = Lanes::of(
        commits.iter().map(|commit| (commit.id, commit.parents.as_slice())),
        number > 1,
        more,
    );
    let page = |n: usize| turned(&asked, from, n);
    let body = html! {
        div.line.apart {
            (rev_menu(&visit, &at, &repository, "graph", &rev, "").await?)
            (Button::link(t.graph_list(), &at.to("commits", &rev, "")).icon(Icon::List).render())
        }
        div.card.graph {
            (picture(&lanes, &t.graph_about(commits.len())))
            ol { @for (step, commit) in lanes.steps.iter().zip(&commits) { (line(&visit, &at, step, commit, &names)) } }
        }
        (pager(ui, (number > 1).then(|| page(number - 1)).as_deref(), &t.list_page(number), more.then(|| page(number + 1)).as_deref()))
    };
    let title = format!("{} · {rev}", t.graph_title());
    let place = Place { title: &title, wide: true, ..Place::default() };
    at.show(&visit, Here::Commits, &rev, place, Markup::default(), &body).await
}

/// The names of branches and tags by their commits.
async fn names(repository: &Repository) -> Result<HashMap<Oid, Vec<(Icon, String)>>, Fault> {
    let repository = repository.clone();
    blocking(move || {
        let query = git::RefQuery { limit: NAMES, ..git::RefQuery::default() };
        let mut names: HashMap<Oid, Vec<(Icon, String)>> = HashMap::new();
        for branch in repository.branch_page(&query)?.items {
            names.entry(branch.commit).or_default().push((Icon::Branch, branch.name));
        }
        for tag in repository.tag_page(&query)?.items {
            names.entry(tag.object).or_default().push((Icon::Tag, tag.name));
        }
        Ok(names)
    })
    .await
}

fn line(
    visit: &Visit,
    at: &At<Read>,
    step: &Step,
    commit: &Commit,
    names: &HashMap<Oid, Vec<(Icon, String)>>,
) -> Markup {
    let summary = commit.summary();
    html! {
        li data-lane=(step.lane) {
            @for (shape, name) in names.get(&commit.id).into_iter().flatten().take(4) {
                a.badge href=(at.to("tree", name, "")) title=(name) { (icon(*shape)) span.cut { (name) } }
            }
            a.cut.grow.plain href=(at.to("commit", &commit.id.to_string(), "")) title=(summary) data-row { (summary) }
            span.muted.small.cut.wide-only { (commit.author.name) }
            span.muted.small.nowrap.when { (visit.ui.time(moment(commit.committer.seconds))) }
        }
    }
}

/// The lines and beads beside the list.
fn picture(lanes: &Lanes, about: &str) -> Markup {
    let x = |lane: usize| LANE / 2 + lane * LANE;
    let y = |row: usize| ROW / 2 + row * ROW;
    let (width, height) = (lanes.width.max(1) * LANE, lanes.steps.len() * ROW);
    html! {
        svg.lanes width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } role="img" aria-label=(about) {
            @for edge in &lanes.edges {
                // From the middle of a row to that of the next; the first and the last reach the edge.
                @let (x1, x2) = (x(edge.from), x(edge.to));
                @let (y1, y2) = (edge.row.map_or(0, y), edge.row.map_or(ROW / 2, |row| (y(row) + ROW).min(height)));
                @let middle = y1.midpoint(y2);
                path class={ "ink-" (edge.ink % 8 + 1) } d={ "M" (x1) " " (y1) "C" (x1) " " (middle) " " (x2) " " (middle) " " (x2) " " (y2) } {}
            }
            @for (row, step) in lanes.steps.iter().enumerate() {
                circle class={ "ink-" (step.lane % 8 + 1) } cx=(x(step.lane)) cy=(y(row)) r="4" {}
            }
        }
    }
}
