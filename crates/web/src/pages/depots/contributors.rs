//! Who wrote the history, and when.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::extract::Path;
use base::Read;
use call::Env;
use git::{Contributor, Contributors, Oid, Repository};
use maud::{Markup, html};

use super::{
    frame::{At, Here, at, rev_menu},
    kept::Kept,
    missing::{Located, located},
    tree::moment,
};
use crate::{
    charts::{Frame, Ink, Plot, Series, spark, trend},
    components::{Row, avatar, row, rows},
    i18n::group,
    request::{Answer, Place, Visit},
    response,
};

/// Commits that are looked at.
const COMMITS: usize = 200_000;
/// People who are listed.
const PEOPLE: usize = 100;
/// Seconds of a week.
const WEEK: i64 = 7 * 86_400;
/// Points of a picture, at most.
const POINTS: i64 = 60;
const SOON: Duration = Duration::from_millis(150);
const LATER: Duration = Duration::from_secs(20);

type Known = Kept<Oid, Contributors, 32>;

pub(super) async fn show(visit: Visit, Path((project, depot)): Path<(String, String)>) -> Answer {
    page(&visit, &project, &depot, None).await
}

async fn page(visit: &Visit, project: &str, depot: &str, rev: Option<&str>) -> Answer {
    let t = visit.ui.t;
    let at = at::<Read>(visit, project, depot).await?;
    let repository = at.open(visit)?;
    let rev = rev.unwrap_or(&at.depot.default_branch).to_owned();
    let from = match located(visit, &at, &repository, &rev, "").await? {
        Located::Found(found) => found.commit,
        Located::Answered(page) => return Ok(page),
    };
    let patience = if visit.part { LATER } else { SOON };
    let found = contributors(&visit.call.env, &repository, from, patience).await;
    let part = drawn(visit, &at, &rev, found.as_deref());
    if visit.part {
        return Ok(response::page(http::StatusCode::OK, part));
    }
    let body = html! {
        div.line { (rev_menu(visit, &at, &repository, "contributors", &rev, "").await?) }
        (part)
    };
    let refresh = found.is_none().then_some(3);
    let place = Place { title: t.contributors_title(), refresh, ..Place::default() };
    at.show(visit, Here::People, &rev, place, Markup::default(), &body).await
}

pub(super) async fn at_revision(
    visit: Visit,
    Path((project, depot, rev)): Path<(String, String, String)>,
) -> Answer {
    page(&visit, &project, &depot, Some(&rev)).await
}

/// Everybody who wrote the history; `None` where that takes long. It is
/// worked out nevertheless, for whoever asks next.
async fn contributors(
    env: &Env,
    repository: &Repository,
    from: Oid,
    patience: Duration,
) -> Option<Arc<Contributors>> {
    let repository = repository.clone();
    let work = move || {
        let nobody = || Contributors { people: Vec::new(), commits: 0, truncated: false };
        let found = repository.contributors(from, COMMITS, &git::Cancel::new());
        Some(found.unwrap_or_else(|_| nobody()))
    };
    env.memory::<Known>().work(from, patience, work).await
}

fn drawn(visit: &Visit, at: &At<Read>, rev: &str, found: Option<&Contributors>) -> Markup {
    let t = visit.ui.t;
    let Some(found) = found else {
        return html! {
            div.listing.stack.s16 data-part data-live=(at.to("contributors", rev, "")) data-soon {
                div.card { p.said { (t.contributors_counting()) } }
            }
        };
    };
    let span = Span::of(found);
    html! {
        div.listing.stack.s16 data-part {
            @if let Some(span) = &span { (picture(visit, found, span)) }
            div.card { (rows(&html! {
                @for person in found.people.iter().take(PEOPLE) { (line(visit, at, rev, person, span.as_ref())) }
            })) }
            @if found.people.len() > PEOPLE { p.small.muted { (t.contributors_more(found.people.len() - PEOPLE)) } }
            @if found.truncated { p.small.muted { (t.contributors_cut(found.commits)) } }
        }
    }
}

/// The time that a picture shows, in steps of whole weeks.
struct Span {
    first: i64,
    step: i64,
    points: usize,
}

impl Span {
    fn of(found: &Contributors) -> Option<Self> {
        let weeks =
            || found.people.iter().flat_map(|person| person.weeks.iter().map(|(week, _)| *week));
        let (first, last) = (weeks().min()?, weeks().max()?);
        let count = (last - first) / WEEK + 1;
        let each = (count + POINTS - 1) / POINTS;
        let points = usize::try_from((count + each - 1) / each).ok()?;
        Some(Self { first, step: each * WEEK, points })
    }

    /// Commits in each step.
    fn sums<'a>(&self, weeks: impl Iterator<Item = &'a (i64, u32)>) -> Vec<i64> {
        let mut sums: BTreeMap<usize, i64> = BTreeMap::new();
        for (week, commits) in weeks {
            if let Ok(place) = usize::try_from((week - self.first) / self.step) {
                *sums.entry(place).or_default() += i64::from(*commits);
            }
        }
        (0..self.points).map(|place| sums.get(&place).copied().unwrap_or(0)).collect()
    }
}

/// The commits of everybody over the time.
fn picture(visit: &Visit, found: &Contributors, span: &Span) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let values = span.sums(found.people.iter().flat_map(|person| &person.weeks));
    let at: Vec<String> = (0_i64..)
        .take(span.points)
        .map(|place| ui.day(moment(span.first + place * span.step)))
        .collect();
    let series = [Series { name: t.depot_commits(), ink: Ink::Number(1), values: &values }];
    let about = t.contributors_about(found.people.len(), found.commits);
    let frame = Frame { title: t.contributors_picture(), about: &about };
    html! { div.card { div.body { (trend(ui, &frame, &Plot { at: &at, series: &series, height: 180, tenths: false })) } } }
}

fn line(
    visit: &Visit,
    at: &At<Read>,
    rev: &str,
    person: &Contributor,
    span: Option<&Span>,
) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let commits =
        format!("{}?author={}", at.to("commits", rev, ""), crate::request::segment(&person.mail));
    let name = if person.name.is_empty() { &person.mail } else { &person.name };
    row(&Row {
        lead: avatar(name, ""),
        title: name,
        href: &commits,
        signs: Markup::default(),
        meta: html! {
            span.cut { (person.mail) }
            span { (t.contributors_commits(person.commits)) }
            span { (ui.day(moment(person.first))) " \u{2013} " (ui.day(moment(person.last))) }
        },
        side: html! {
            @if let Some(span) = span.filter(|span| span.points > 1) {
                span.wide-only { (spark(Ink::Number(1), &span.sums(person.weeks.iter()))) }
            }
            span.num.wide-only { (group(i64::try_from(person.commits).unwrap_or(i64::MAX))) }
        },
    })
}
