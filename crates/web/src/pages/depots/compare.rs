use axum::extract::Path;
use base::Read;
use git::{AheadBehind, Commit, Oid, Repository};
use maud::{Markup, Render, html};

use super::{
    changes::Difference,
    commits::commit_row,
    frame::{At, Here, at},
    missing::nothing,
    said,
};
use crate::{
    components::{Button, Field, Icon, Tone, Weight, banner, card_flush, empty, icon, rows, sheet},
    request::{Answer, Asked, Fault, Place, Visit, blocking, segment},
};

/// Commits that are listed.
const COMMITS: usize = 100;
/// Names that the fields suggest.
const NAMES: usize = 500;

/// Where two revisions stand to each other.
struct Pair {
    /// What the new side is compared with: the newest commit that both have.
    base: Option<Oid>,
    to: Oid,
    apart: AheadBehind,
    commits: Vec<Commit>,
}

pub(super) async fn show(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let at = at::<Read>(&visit, &project, &depot).await?;
    let repository = at.open(&visit)?;
    let names = names(&repository).await?;
    if names.is_empty() {
        return nothing(&visit, &at).await;
    }
    let from = asked.some("from").unwrap_or(&at.depot.default_branch).to_owned();
    let to = asked.one("to").to_owned();
    let (old, new) = (revision(&repository, &from).await?, revision(&repository, &to).await?);
    let pair = match (old, new) {
        (Some(old), Some(new)) => Some(pair(&repository, old, new).await?),
        _ => None,
    };
    let difference = pair.as_ref().map(|pair| Difference {
        visit: &visit,
        at: &at,
        asked: &asked,
        old: pair.base,
        new: pair.to,
        said: None,
    });
    if let (true, Some(difference)) = (visit.part, &difference) {
        return difference.part(&repository).await;
    }
    let fault = |found: Option<Oid>, typed: &str| {
        (found.is_none() && !typed.is_empty()).then(|| t.compare_unknown())
    };
    let form = html! {
        form.line.compare method="get" {
            (Field::new(ui, "from", t.compare_from()).value(&from).mono().suggestions(&names).fault(fault(old, &from)))
            a.button.icon-only href=(format!("?from={}&to={}", segment(&to), segment(&from))) aria-label=(t.compare_swap()) title=(t.compare_swap()) { (icon(Icon::Swap)) }
            (Field::new(ui, "to", t.compare_to()).value(&to).mono().suggestions(&names).fault(fault(new, &to)))
            (Button::submit(t.compare_show()).weight(Weight::Primary).render())
        }
    };
    let body = html! {
        div.card { div.body { (form) } }
        @match (&pair, &difference) {
            (Some(pair), Some(difference)) => { (compared(&visit, &at, &repository, &to, pair, difference).await?) }
            _ => { (sheet(&empty(ui, Icon::Branch, t.compare_choose(), t.compare_about(), &Markup::default(), &[]))) }
        }
    };
    let title = if to.is_empty() {
        t.compare_title().to_owned()
    } else {
        format!("{} · {from}…{to}", t.compare_title())
    };
    let place = Place { title: &title, wide: true, ..Place::default() };
    at.show(&visit, Here::Branches, &at.depot.default_branch, place, Markup::default(), &body).await
}

async fn compared(
    visit: &Visit,
    at: &At<Read>,
    repository: &Repository,
    to: &str,
    pair: &Pair,
    difference: &Difference<'_>,
) -> Result<Markup, Fault> {
    let t = visit.ui.t;
    // A commit by its whole name is wider than a telephone.
    let to = Oid::from_hex(to).map_or_else(|_| to.to_owned(), |commit| commit.short(10));
    let to = to.as_str();
    if pair.base == Some(pair.to) {
        let more =
            html! { @if pair.apart.behind > 0 { p { (t.compare_behind(to, pair.apart.behind)) } } };
        return Ok(banner(Tone::Info, t.diff_nothing(), &more));
    }
    let changes = difference.page(repository).await?;
    let states = said::states(visit, at, pair.commits.iter()).await?;
    let list = html! {
        (rows(&html! { @for commit in &pair.commits { (commit_row(visit, at, commit, &states)) } }))
        @if pair.apart.ahead > pair.commits.len() { footer { (t.compare_more(pair.commits.len())) } }
    };
    // Many commits stand before what they changed.
    let on = html! { a.button.small href="#changes" { (icon(Icon::Down)) (t.diff_tree()) } };
    Ok(html! {
        @if pair.base.is_none() { (banner(Tone::Warn, t.compare_unrelated(), &Markup::default())) }
        @if pair.apart.behind > 0 { p.muted { (t.compare_behind(to, pair.apart.behind)) } }
        (card_flush(&t.compare_ahead(pair.apart.ahead, to), Some(&on), &list))
        (changes)
    })
}

async fn pair(repository: &Repository, old: Oid, new: Oid) -> Result<Pair, Fault> {
    let repository = repository.clone();
    blocking(move || {
        let apart = repository.ahead_behind(new, old)?;
        Ok(Pair {
            base: repository.merge_base(old, new)?,
            to: new,
            apart,
            commits: repository.log_between(old, new, COMMITS)?,
        })
    })
    .await
}

/// The commit that was named, if there is one.
async fn revision(repository: &Repository, name: &str) -> Result<Option<Oid>, Fault> {
    let (repository, name) = (repository.clone(), name.to_owned());
    blocking(move || match repository.resolve(&name) {
        Ok(id) => Ok(Some(id)),
        Err(git::Error::NotFound(_) | git::Error::Invalid(_)) => Ok(None),
        Err(other) => Err(other),
    })
    .await
}

async fn names(repository: &Repository) -> Result<Vec<String>, Fault> {
    let repository = repository.clone();
    blocking(move || {
        let query = git::RefQuery { limit: NAMES, ..git::RefQuery::default() };
        let mut names: Vec<String> =
            repository.branch_page(&query)?.items.into_iter().map(|branch| branch.name).collect();
        let tags = git::RefQuery { limit: NAMES.saturating_sub(names.len()), ..query };
        names.extend(repository.tag_page(&tags)?.items.into_iter().map(|tag| tag.name));
        Ok(names)
    })
    .await
}
