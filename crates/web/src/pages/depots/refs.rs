//! Making and removing branches and tags.

use axum::{
    Router,
    extract::Path,
    routing::{get, post},
};
use base::{Administer, Error, Read, Write};
use call::Env;
use depots::{DepotChange, DepotKey, tags::NewTag};
use maud::{Markup, html};

use super::frame::{At, Here, at};
use crate::{
    components::{Button, Field, Icon, Weight, icon, menu},
    request::{Answer, Asked, Faults, Fields, Place, Visit},
    response,
};

pub(super) fn routes() -> Router<Env> {
    Router::new()
        .route("/p/{project}/d/{depot}/branches/new", get(show_branch).post(create_branch))
        .route("/p/{project}/d/{depot}/branches/delete", post(delete_branch))
        .route("/p/{project}/d/{depot}/branches/default", post(make_default))
        .route("/p/{project}/d/{depot}/tags/new", get(show_tag).post(create_tag))
        .route("/p/{project}/d/{depot}/tags/delete", post(delete_tag))
}

type Named = Path<(String, String)>;

/// The way to the form that makes a branch.
pub(super) fn new_branch(visit: &Visit, at: &At<Read>) -> Markup {
    let address = format!("{}/branches/new", at.base());
    html! { (Button::link(visit.ui.t.branch_new(), &address).weight(Weight::Primary).icon(Icon::Plus).key("c")) }
}

/// The way to the form that makes a tag.
pub(super) fn new_tag(visit: &Visit, at: &At<Read>) -> Markup {
    let address = format!("{}/tags/new", at.base());
    html! { (Button::link(visit.ui.t.tags_new(), &address).weight(Weight::Primary).icon(Icon::Plus).key("c")) }
}

/// What can be done with a branch.
pub(super) fn branch_menu(visit: &Visit, at: &At<Read>, name: &str, default: bool) -> Markup {
    let t = visit.ui.t;
    let base = at.base();
    let manages = at.nav.as_ref().is_some_and(|nav| nav.manage);
    let from = format!("{base}/branches/new?from={}", crate::request::segment(name));
    menu(
        "",
        &icon(Icon::More),
        Some(&t.branch_do(name)),
        &html! {
            a.item href=(from) { (icon(Icon::Plus)) (t.branch_new_from()) }
            @if !default {
                @if manages {
                    form method="post" action={ (base) "/branches/default" } {
                        input type="hidden" name="name" value=(name);
                        button.item type="submit" { (icon(Icon::Check)) (t.branch_make_default()) }
                    }
                }
                (removal(&format!("{base}/branches/delete"), name, t.branch_delete(), &t.branch_delete_sure(name)))
            }
        },
    )
}

/// What can be done with a tag.
pub(super) fn tag_menu(visit: &Visit, at: &At<Read>, name: &str, writes: bool) -> Markup {
    let t = visit.ui.t;
    let action = format!("{}/tags/delete", at.base());
    menu(
        "",
        &icon(Icon::More),
        Some(&t.branch_do(name)),
        &html! {
            (super::archive::links(at, name))
            @if writes { hr; (removal(&action, name, t.tags_delete(), &t.tags_delete_sure(name))) }
        },
    )
}

/// A removal that is asked about in its place.
pub(super) fn removal(action: &str, name: &str, words: &str, sure: &str) -> Markup {
    html! {
        details.sure {
            summary.item.danger { (icon(Icon::Trash)) (words) }
            form method="post" action=(action) {
                input type="hidden" name="name" value=(name);
                p.small { (sure) }
                (Button::submit(words).weight(Weight::Danger))
            }
        }
    }
}

async fn writable(
    visit: &Visit,
    at: &At<Read>,
) -> Result<base::Granted<depots::Depot, Write>, Error> {
    depots::authorise::<Write>(&visit.call, DepotKey::Id(at.depot.id)).await
}

async fn show_branch(visit: Visit, Path((project, depot)): Named, asked: Asked) -> Answer {
    let at = at::<Read>(&visit, &project, &depot).await?;
    let from = asked.some("from").unwrap_or(&at.depot.default_branch).to_owned();
    branch_form(&visit, &at, &Fields::of(&[("from", &from)]), &Faults::default()).await
}

async fn create_branch(visit: Visit, Path((project, depot)): Named, fields: Fields) -> Answer {
    let at = at::<Read>(&visit, &project, &depot).await?;
    let depot = writable(&visit, &at).await?;
    let made =
        depots::branches::create(&visit.call, &depot, fields.one("name"), fields.one("from"));
    match made.await {
        Ok(branch) => Ok(response::see_other(&at.to("tree", &branch.name, ""))),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &["name"])?;
            branch_form(&visit, &at, &fields, &faults).await
        }
    }
}

async fn branch_form(visit: &Visit, at: &At<Read>, fields: &Fields, faults: &Faults) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    writable(visit, at).await?;
    let inside = html! {
        (Field::new(ui, "name", t.branch_name()).value(fields.one("name")).mono().first().fault(faults.get("name")))
        (Field::new(ui, "from", t.branch_from()).value(fields.one("from")).hint(t.branch_from_hint()).mono())
    };
    form(visit, at, Here::Branches, (t.branch_new(), "branches"), faults, &inside).await
}

/// The page of a form that makes a ref; `back` is the list that it belongs to.
async fn form(
    visit: &Visit,
    at: &At<Read>,
    here: Here,
    (title, back): (&str, &str),
    faults: &Faults,
    inside: &Markup,
) -> Answer {
    let t = visit.ui.t;
    let back = format!("{}/{back}", at.base());
    let body = html! {
        div.column.stack.s16 {
            h2 { (title) }
            div.card { div.body { form.form method="post" {
                (faults.banner(&visit.ui))
                (inside)
                div.acts {
                    (Button::submit(t.action_create()).weight(Weight::Primary))
                    (Button::link(t.action_cancel(), &back).weight(Weight::Quiet))
                }
            } } }
        }
    };
    let place = Place { title, status: Some(faults.status()), ..Place::default() };
    at.show(visit, here, &at.depot.default_branch, place, Markup::default(), &body).await
}

async fn delete_branch(visit: Visit, Path((project, depot)): Named, fields: Fields) -> Answer {
    let at = at::<Read>(&visit, &project, &depot).await?;
    let depot = writable(&visit, &at).await?;
    depots::branches::delete(&visit.call, &depot, fields.one("name")).await?;
    Ok(response::see_other(&format!("{}/branches", at.base())))
}

async fn make_default(visit: Visit, Path((project, depot)): Named, fields: Fields) -> Answer {
    let at = at::<Administer>(&visit, &project, &depot).await?;
    let change = DepotChange {
        default_branch: Some(fields.one("name").to_owned()),
        ..DepotChange::default()
    };
    depots::modify(&visit.call, &at.depot, change).await?;
    Ok(response::see_other(&format!("{}/branches", at.base())))
}

async fn show_tag(visit: Visit, Path((project, depot)): Named, asked: Asked) -> Answer {
    let at = at::<Read>(&visit, &project, &depot).await?;
    let from = asked.some("from").unwrap_or(&at.depot.default_branch).to_owned();
    tag_form(&visit, &at, &Fields::of(&[("from", &from)]), &Faults::default()).await
}

async fn create_tag(visit: Visit, Path((project, depot)): Named, fields: Fields) -> Answer {
    let at = at::<Read>(&visit, &project, &depot).await?;
    let depot = writable(&visit, &at).await?;
    let new = NewTag {
        name: fields.one("name").to_owned(),
        start: fields.one("from").to_owned(),
        message: fields.raw("message").to_owned(),
    };
    match depots::tags::create(&visit.call, &depot, new).await {
        Ok(_) => Ok(response::see_other(&format!("{}/tags", at.base()))),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &["name", "message"])?;
            tag_form(&visit, &at, &fields, &faults).await
        }
    }
}

async fn tag_form(visit: &Visit, at: &At<Read>, fields: &Fields, faults: &Faults) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    writable(visit, at).await?;
    let inside = html! {
        (Field::new(ui, "name", t.tags_name()).value(fields.one("name")).mono().first().fault(faults.get("name")))
        (Field::new(ui, "from", t.branch_from()).value(fields.one("from")).hint(t.branch_from_hint()).mono())
        (Field::new(ui, "message", t.tags_message()).area(4).optional().value(fields.raw("message")).hint(t.tags_message_hint()).fault(faults.get("message")))
    };
    form(visit, at, Here::Tags, (t.tags_new(), "tags"), faults, &inside).await
}

async fn delete_tag(visit: Visit, Path((project, depot)): Named, fields: Fields) -> Answer {
    let at = at::<Read>(&visit, &project, &depot).await?;
    let depot = writable(&visit, &at).await?;
    depots::tags::delete(&visit.call, &depot, fields.one("name")).await?;
    Ok(response::see_other(&format!("{}/tags", at.base())))
}
