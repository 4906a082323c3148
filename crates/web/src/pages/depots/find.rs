//! Finding a file by parts of its path.

use std::sync::Arc;

use axum::extract::Path;
use base::Read;
use git::{Oid, Repository};
use maud::{Markup, PreEscaped, html};

use super::{
    frame::{At, Here, at, rev_menu},
    kept::Kept,
    missing::{Located, located},
};
use crate::{
    components::{Icon, icon, mark, sheet},
    request::{Answer, Asked, Fault, Place, Visit, blocking},
    response,
};

/// Files that are listed.
const MOST: usize = 60;
/// The longest list of paths that is remembered.
const REMEMBERED: usize = 200_000;

/// The paths of a commit's files.
type Known = Kept<Oid, Vec<String>, 8>;

pub(super) async fn show(
    visit: Visit,
    Path((project, depot, rev)): Path<(String, String, String)>,
    asked: Asked,
) -> Answer {
    let t = visit.ui.t;
    let at = at::<Read>(&visit, &project, &depot).await?;
    let repository = at.open(&visit)?;
    let commit = match located(&visit, &at, &repository, &rev, "").await? {
        Located::Found(found) => found.commit,
        Located::Answered(page) => return Ok(page),
    };
    let paths = paths(&visit, &repository, commit).await?;
    let wish = asked.one("q").to_owned();
    let list = {
        let (paths, wish) = (Arc::clone(&paths), wish.clone());
        tokio::task::spawn_blocking(move || best(&paths, &wish))
            .await
            .map_err(base::Error::internal)?
    };
    let part = listed(&at, &rev, &list, t.find_none());
    if visit.part {
        return Ok(response::page(http::StatusCode::OK, html! { div data-part { (part) } }));
    }
    let body = html! {
        div.line { (rev_menu(&visit, &at, &repository, "find", &rev, "").await?) }
        form.line.keep method="get" role="search" data-refine="found" {
            input.input type="search" name="q" value=(wish) placeholder=(t.find_hint()) aria-label=(t.find_title()) autocomplete="off" spellcheck="false" autofocus;
            button.button type="submit" { (icon(Icon::Search)) (t.nav_search()) }
        }
        (sheet(&html! { div #found { (part) } }))
        p.small.muted { (t.find_count(paths.len())) }
    };
    let place = Place { title: t.find_title(), ..Place::default() };
    at.show(&visit, Here::Code, &rev, place, Markup::default(), &body).await
}

fn listed(at: &At<Read>, rev: &str, list: &[(String, Vec<usize>)], none: &str) -> Markup {
    html! {
        @if list.is_empty() { p.said { (none) } }
        ul.found { @for (path, places) in list {
            @let marks: Vec<std::ops::Range<usize>> = places.iter().map(|place| *place..place + 1).collect();
            li { a.mono href=(at.to("blob", rev, path)) data-row { (icon(Icon::File)) span { (PreEscaped(mark(&html! { (path) }.into_string(), &marks))) } } }
        } }
    }
}

async fn paths(
    visit: &Visit,
    repository: &Repository,
    commit: Oid,
) -> Result<Arc<Vec<String>>, Fault> {
    let known = visit.call.env.memory::<Known>();
    if let Some(found) = known.get(&commit) {
        return Ok(found);
    }
    let repository = repository.clone();
    let found = blocking(move || repository.all_blobs(commit)).await?;
    let found: Vec<String> = found.into_iter().map(|blob| blob.path).collect();
    Ok(if found.len() > REMEMBERED { Arc::new(found) } else { known.put(commit, found) })
}

/// The paths that hold the letters of the wish in their order, the best first,
/// each with the places of these letters in bytes.
fn best(paths: &[String], wish: &str) -> Vec<(String, Vec<usize>)> {
    let wish: Vec<char> = wish
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .take(100)
        .collect();
    let mut found: Vec<(i64, &String, Vec<usize>)> = paths
        .iter()
        .filter_map(|path| {
            let places = places(path, &wish)?;
            Some((score(path, &places), path, places))
        })
        .collect();
    found.sort_by(|a, b| {
        b.0.cmp(&a.0).then_with(|| a.1.len().cmp(&b.1.len())).then_with(|| a.1.cmp(b.1))
    });
    found.into_iter().take(MOST).map(|(_, path, places)| (path.clone(), places)).collect()
}

/// Where the letters stand, taken from the end: the name of the file counts
/// before its folders. Only the first byte of each is told.
fn places(path: &str, wish: &[char]) -> Option<Vec<usize>> {
    let mut wanted = wish.iter().rev().peekable();
    let mut places = Vec::with_capacity(wish.len());
    for (at, c) in path.char_indices().rev() {
        let Some(next) = wanted.peek() else { break };
        if c.to_lowercase().eq(std::iter::once(**next)) {
            places.push(at);
            wanted.next();
        }
    }
    places.reverse();
    wanted.peek().is_none().then_some(places)
}

/// Letters side by side, in the name, and at the start of a word are better.
fn score(path: &str, places: &[usize]) -> i64 {
    let name = path.rfind('/').map_or(0, |slash| slash + 1);
    let bytes = path.as_bytes();
    places
        .iter()
        .enumerate()
        .map(|(n, at)| {
            let beside = n > 0 && places[n - 1] + 1 == *at;
            let starts = *at == 0 || matches!(bytes[*at - 1], b'/' | b'_' | b'-' | b'.' | b' ');
            1 + i64::from(beside) * 4 + i64::from(*at >= name) * 3 + i64::from(starts) * 3
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::best;

    #[test]
    fn the_name_counts_before_the_folders() {
        let paths: Vec<String> =
            ["src/server/list.rs", "src/list/server.rs", "docs/listing.md", "x"]
                .map(str::to_owned)
                .to_vec();
        let found: Vec<String> = best(&paths, "server").into_iter().map(|(path, _)| path).collect();
        assert_eq!(found, ["src/list/server.rs", "src/server/list.rs"]);
        assert_eq!(best(&paths, "s l")[0].0, "src/server/list.rs");
        assert_eq!(best(&paths, "").len(), 4);
        assert!(best(&paths, "zzz").is_empty());
    }
}
