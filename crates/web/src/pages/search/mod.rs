//! Searching: projects and depots by name, code by what stands in it.

mod found;
mod names;
mod wish;

use ::search::Scope;
use axum::{Router, routing::get};
use base::{Error, Read};
use call::Env;
use depots::Depot;
use maud::{Markup, html};

use self::wish::Wish;
use crate::{
    components::{Tone, banner},
    i18n::{Lang, translate},
    layout::{Head, head},
    request::{Answer, Asked, Fault, Place, Visit},
    response,
};

/// Files on a page.
const SIZE: u64 = 20;
/// Projects and depots above the files.
const NAMES: u64 = 4;

pub(super) fn routes() -> Router<Env> {
    Router::new().route("/search", get(everywhere)).route("/-/search", get(everywhere))
}

/// Everything that the visitor may read.
async fn everywhere(visit: Visit, asked: Asked) -> Answer {
    let t = visit.ui.t;
    visit.call.actor.user()?;
    let wish = Wish::of(&asked);
    if asked.some("part").is_some() {
        let list = names::list(&visit, &wish.text, 20).await?.unwrap_or_default();
        return Ok(response::page(http::StatusCode::OK, html! { ul { (list) } }));
    }
    let project = match wish.project.as_str() {
        "" => None,
        slug => Some(visit.project::<Read>(slug).await?),
    };
    let scope = project.as_ref().map_or(Scope::Everything, Scope::Project);
    let mut found = Markup::default();
    if !wish.text.is_empty() {
        let first = asked.page(SIZE).skip() == 0 && project.is_none();
        let named = if first { names::list(&visit, &wish.text, NAMES).await? } else { None };
        let results = results(&visit, &asked, &wish, scope, false).await?;
        found = html! {
            @if let Some(named) = named { div.card.palette.still { ul { (named) } } }
            (results)
        };
    }
    if visit.part {
        return Ok(response::page(http::StatusCode::OK, found));
    }
    let title = if wish.text.is_empty() {
        t.codesearch_title().to_owned()
    } else {
        t.search_title(&wish.text)
    };
    let top = Head { title, ..Head::default() };
    let body = html! {
        (head(&top))
        div.stack.s16 {
            (wish.form(&visit.ui, "/-/search", &[]))
            div.stack.s16 #found { @if wish.text.is_empty() { p.muted { (t.codesearch_about()) } } @else { (found) } }
        }
    };
    visit.show(Place { title: t.nav_search(), ..Place::default() }, body).await
}

/// The form and the results for one depot; the results alone where only they are
/// wanted. `branches` are those to choose from, the first one is searched where
/// the address names none.
pub(super) async fn in_depot(
    visit: &Visit,
    asked: &Asked,
    depot: &base::Granted<Depot, Read>,
    address: &str,
    branches: &[String],
) -> Result<Markup, Fault> {
    let t = visit.ui.t;
    let mut wish = Wish::of(asked);
    if wish.branch.is_empty() {
        wish.branch.clone_from(&depot.default_branch);
    }
    let found = if wish.text.is_empty() {
        html! { p.muted { (t.codesearch_about_depot()) } }
    } else {
        let branch = (wish.branch != depot.default_branch).then_some(wish.branch.as_str());
        results(visit, asked, &wish, Scope::Depot(depot, branch), true).await?
    };
    if visit.part {
        return Ok(found);
    }
    Ok(html! { (wish.form(&visit.ui, address, branches)) div.stack.s16 #found { (found) } })
}

async fn results(
    visit: &Visit,
    asked: &Asked,
    wish: &Wish,
    scope: Scope<'_>,
    in_depot: bool,
) -> Result<Markup, Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let page = asked.page(SIZE);
    match ::search::search(&visit.call, &wish.query(), scope, page).await {
        Ok(results) => Ok(found::draw(ui, asked, wish, &results, in_depot)),
        // A pattern is wrong most of the time while it is typed.
        Err(Error::Invalid { why, .. }) => {
            let said = match t.lang {
                Lang::En => None,
                Lang::Zh => translate(&why),
            };
            let why = said.unwrap_or_else(|| why.into_owned());
            Ok(banner(Tone::Warn, t.codesearch_refused(), &html! { p { (why) } }))
        }
        Err(error) => Err(error.into()),
    }
}
