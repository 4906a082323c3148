use axum::extract::Path;
use base::Read;
use depots::releases::{self, NewRelease, Release, ReleaseChange};
use maud::{Markup, html};

use super::super::frame::{At, Here};
use super::{links, to, writable};
use crate::{
    components::{Button, Field, Weight, markdown, previewed, switch},
    request::{Answer, Faults, Fields, Place, Visit},
    response,
};

/// The fields that an error can be about.
const FIELDS: &[&str] = &["tag", "title", "notes", "target"];

type One = Path<(String, String, i64)>;
type Depot = Path<(String, String)>;

pub(super) async fn new(visit: Visit, Path((project, depot)): Depot) -> Answer {
    let (at, _) = writable(&visit, &project, &depot).await?;
    form(&visit, &at, None, &Fields::default(), &Faults::default()).await
}

pub(super) async fn create(visit: Visit, Path((project, depot)): Depot, fields: Fields) -> Answer {
    let (at, depot) = writable(&visit, &project, &depot).await?;
    if fields.on("preview") {
        return preview(&visit, &at, None, &fields).await;
    }
    let new = NewRelease {
        tag: fields.one("tag").to_owned(),
        commit: String::new(),
        branch: fields.one("target").to_owned(),
        title: fields.one("title").to_owned(),
        notes: fields.raw("notes").to_owned(),
        pre: fields.on("pre"),
    };
    match releases::create(&visit.call, &depot, new).await {
        Ok(made) => Ok(response::see_other(&to(&at, &made))),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, FIELDS)?;
            form(&visit, &at, None, &fields, &faults).await
        }
    }
}

pub(super) async fn edit(visit: Visit, Path((project, depot, number)): One) -> Answer {
    let (at, _) = writable(&visit, &project, &depot).await?;
    let release = releases::by_number(&visit.call, &at.depot, number).await?;
    let mut known = vec![("title", release.title.as_str()), ("notes", release.notes.as_str())];
    if release.pre {
        known.push(("pre", "on"));
    }
    let fields = Fields::of(&known);
    form(&visit, &at, Some(&release), &fields, &Faults::default()).await
}

pub(super) async fn save(
    visit: Visit,
    Path((project, depot, number)): One,
    fields: Fields,
) -> Answer {
    let (at, depot) = writable(&visit, &project, &depot).await?;
    if fields.on("preview") {
        let release = releases::by_number(&visit.call, &at.depot, number).await?;
        return preview(&visit, &at, Some(&release), &fields).await;
    }
    let change = ReleaseChange {
        title: Some(fields.one("title").to_owned()),
        notes: Some(fields.raw("notes").to_owned()),
        pre: Some(fields.on("pre")),
    };
    match releases::modify(&visit.call, &depot, number, change).await {
        Ok(release) => Ok(response::see_other(&to(&at, &release))),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, FIELDS)?;
            let release = releases::by_number(&visit.call, &at.depot, number).await?;
            form(&visit, &at, Some(&release), &fields, &faults).await
        }
    }
}

pub(super) async fn delete(visit: Visit, Path((project, depot, number)): One) -> Answer {
    let (at, depot) = writable(&visit, &project, &depot).await?;
    releases::delete(&visit.call, &depot, number).await?;
    Ok(response::see_other(&format!("{}/releases", at.base())))
}

/// Answers the notes as they will be drawn.
async fn preview(
    visit: &Visit,
    at: &At<Read>,
    release: Option<&Release>,
    fields: &Fields,
) -> Answer {
    if visit.part {
        let part = html! { div data-part { (drawn(at, release, fields)) } };
        return Ok(response::page(http::StatusCode::OK, part));
    }
    form(visit, at, release, fields, &Faults::default()).await
}

fn drawn(at: &At<Read>, release: Option<&Release>, fields: &Fields) -> Markup {
    let rev = release.map_or(&at.depot.default_branch, |release| &release.tag);
    html! { div.body { (markdown(fields.raw("notes"), &links(at, rev))) } }
}

async fn form(
    visit: &Visit,
    at: &At<Read>,
    release: Option<&Release>,
    fields: &Fields,
    faults: &Faults,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let (title, send) = match release {
        None => (t.release_new(), t.release_publish()),
        Some(_) => (t.release_edit(), t.action_save()),
    };
    let back = release.map_or_else(|| format!("{}/releases", at.base()), |it| to(at, it));
    let seen = fields.on("preview").then(|| drawn(at, release, fields));
    let body = html! {
        h2 { (title) }
        @if release.is_none() { p.muted { (t.release_new_about()) } }
        form.form method="post" {
            // What Enter in a field presses is the first button of a form.
            button type="submit" hidden {}
            div.column.form {
                (faults.banner(ui))
                @if release.is_none() {
                    (Field::new(ui, "tag", t.release_tag()).value(fields.one("tag")).hint(t.release_tag_hint()).mono().first().fault(faults.get("tag")))
                    (Field::new(ui, "target", t.release_target()).value(fields.one("target")).hint(t.release_target_hint()).optional().mono().fault(faults.get("target")))
                }
                (Field::new(ui, "title", t.release_name()).value(fields.one("title")).optional().fault(faults.get("title")))
            }
            div.editing {
                (Field::new(ui, "notes", t.release_notes()).area(14).value(fields.raw("notes")).hint(t.release_notes_hint()).optional().fault(faults.get("notes")))
                (previewed(ui, seen.as_ref()))
            }
            div.column { (switch("pre", t.release_pre(), Some(t.release_pre_about()), fields.on("pre"))) }
            div.acts {
                (Button::submit(send).weight(Weight::Primary))
                (Button::link(t.action_cancel(), &back).weight(Weight::Quiet))
            }
        }
    };
    let place = Place {
        title,
        wide: true,
        pictures: faults.status() == http::StatusCode::OK,
        status: Some(faults.status()),
        ..Place::default()
    };
    at.show(visit, Here::Releases, &at.depot.default_branch, place, Markup::default(), &body).await
}
