use std::time::Duration;

use axum::extract::Path;
use base::Read;
use git::{AheadBehind, Branch, Commit, RefQuery};
use maud::{Markup, Render, html};

use super::{
    frame::{At, Here, at},
    marks::Marks,
    tree::moment,
};
use crate::{
    components::{Button, Icon, Row, badge, empty, icon, pager, row, rows, sheet},
    i18n::group,
    request::{Answer, Asked, Place, Visit, blocking, patient, segment},
    response,
};

/// Branches on one page.
const SIZE: usize = 30;
/// A page waits no longer than this for what is nice to have.
const SOON: Duration = Duration::from_millis(150);
/// What asks for nothing else waits longer.
const LATER: Duration = Duration::from_secs(20);

/// A branch as the list shows it.
struct Line {
    branch: Branch,
    commit: Option<Commit>,
    /// How far it is from the default branch, once that is known.
    apart: Option<AheadBehind>,
}

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
    let default = at.depot.default_branch.clone();
    let (reader, wanted) = (repository.clone(), default.clone());
    let (total, base, mut lines) = blocking(move || {
        let page = reader.branch_page(&query)?;
        let line = |branch: Branch| Line {
            commit: reader.commit(branch.commit).ok(),
            branch,
            apart: None,
        };
        let base = reader.reference(&format!("refs/heads/{wanted}"))?;
        Ok((page.total, base, page.items.into_iter().map(line).collect::<Vec<_>>()))
    })
    .await?;
    let mut counted = true;
    if let Some(base) = base {
        let tips: Vec<git::Oid> = lines.iter().map(|line| line.branch.commit).collect();
        let patience = if visit.part { LATER } else { SOON };
        let apart =
            patient(patience, move |cancel| repository.ahead_behind_of(base, &tips, cancel));
        match apart.await? {
            Some(apart) => {
                for (line, apart) in lines.iter_mut().zip(apart) {
                    line.apart = Some(apart);
                }
            }
            None => counted = visit.part,
        }
    }
    let writes = at.may_write(&visit).await?;
    let marks = Marks::of(&visit, &at).await?;
    let here = asked.with("page", None);
    let page = |n: usize| format!("{here}{}page={n}", if here.contains('?') { '&' } else { '?' });
    let live = (!counted).then(|| page(number));
    let part = html! {
        div.listing data-part data-live=[live] data-soon {
            (rows(&html! { @for line in &lines { (drawn(&visit, &at, &marks, line, line.branch.name == default, writes)) } }))
        }
    };
    if visit.part {
        return Ok(response::page(http::StatusCode::OK, part));
    }
    let more = number * SIZE < total;
    let searched = asked.some("q").is_some();
    let body = html! {
        @if total == 0 && !searched {
            (sheet(&empty(ui, Icon::Branch, t.commits_empty_title(), t.commits_empty_about(), &Markup::default(), &[])))
        } @else {
            div.line.apart {
                form.line method="get" role="search" { input.input.fit type="search" name="q" value=(asked.one("q")) placeholder=(t.action_filter()) aria-label=(t.action_filter()); }
                div.line {
                    (Button::link(t.compare_title(), &format!("{}/compare", at.base())).icon(Icon::Swap).render())
                    @if writes { (super::refs::new_branch(&visit, &at)) }
                }
            }
            @if lines.is_empty() { (sheet(&empty(ui, Icon::Branch, t.findings_none(), t.findings_none_about(), &Markup::default(), &[]))) }
            @else { (sheet(&part)) }
            (pager(ui, (number > 1).then(|| page(number - 1)).as_deref(), &t.list_page(number), more.then(|| page(number + 1)).as_deref()))
        }
    };
    let place = Place { title: t.depot_branches(), ..Place::default() };
    at.show(&visit, Here::Branches, &default, place, Markup::default(), &body).await
}

fn drawn(
    visit: &Visit,
    at: &At<Read>,
    marks: &Marks,
    line: &Line,
    default: bool,
    writes: bool,
) -> Markup {
    let t = visit.ui.t;
    let name = &line.branch.name;
    let compare = format!(
        "{}/compare?from={}&to={}",
        at.base(),
        segment(&at.depot.default_branch),
        segment(name)
    );
    row(&Row {
        lead: icon(Icon::Branch),
        title: name,
        href: &at.to("tree", name, ""),
        signs: html! { @if default { (badge(t.depot_default(), None)) } (marks.branch(name)) },
        meta: html! {
            @if let Some(commit) = &line.commit {
                a.cut href=(at.to("commit", &commit.id.to_string(), "")) { (commit.summary()) }
                span { (commit.author.name) }
                span { (visit.ui.time(moment(commit.committer.seconds))) }
            }
        },
        side: html! {
            @if !default { @if let Some(apart) = line.apart { a.plain href=(compare) title=(t.branch_apart(apart.ahead, apart.behind)) { (bars(visit, apart)) } } @else { span.distance {} } }
            @if writes { (super::refs::branch_menu(visit, at, name, default)) }
        },
    })
}

/// How far a branch is from the default one, as two bars from the middle.
fn bars(visit: &Visit, apart: AheadBehind) -> Markup {
    // The length grows with the logarithm: one commit is seen, a thousand fit.
    let length = |count: usize| if count == 0 { 0 } else { (8 + 10 * count.ilog2()).min(70) };
    let number = |count: usize| group(i64::try_from(count).unwrap_or(i64::MAX));
    let (behind, ahead) = (length(apart.behind), length(apart.ahead));
    html! {
        span.distance {
            span.num.small { (number(apart.behind)) }
            svg viewBox="0 0 144 6" width="120" height="6" aria-hidden="true" {
                rect.behind x=(72 - behind) y="0" width=(behind) height="6" rx="1" {}
                rect.middle x="71" y="0" width="2" height="6" {}
                rect.ahead x="73" y="0" width=(ahead) height="6" rx="1" {}
            }
            span.num.small { (number(apart.ahead)) }
            span.sr { (visit.ui.t.branch_apart(apart.ahead, apart.behind)) }
        }
    }
}
