//! Writing a file.

use axum::extract::{Path, Request};
use depots::commits::FileEdit;
use git::Mode;
use http::StatusCode;
use maud::{Markup, html};

use super::{Ground, Outcome, ground, line_ends::restored, preview::preview};
use crate::{
    components::{Field, Weight, previewed},
    request::{Answer, Fault, Faults, Fields, Visit},
    response,
};

/// The longest form that is read, in bytes: text grows when a form sends it.
const LONGEST: usize = 6 * 1024 * 1024;
/// The largest file that is edited, in bytes.
const LARGEST: u64 = 1024 * 1024;

type Named = Path<(String, String, String, String)>;
type Root = Path<(String, String, String)>;

pub(super) async fn new_at_root(visit: Visit, Path((project, depot, rev)): Root) -> Answer {
    new(visit, Path((project, depot, rev, String::new()))).await
}

pub(super) async fn new(visit: Visit, Path(named): Named) -> Answer {
    let ground = ground(&visit, named).await?;
    let prefix = if ground.path.is_empty() { String::new() } else { format!("{}/", ground.path) };
    let fields = Fields::of(&[("path", &prefix)]);
    form(&visit, &ground, true, &fields, &Faults::default(), Stage::Writing).await
}

pub(super) async fn create_at_root(
    visit: Visit,
    Path((project, depot, rev)): Root,
    request: Request,
) -> Answer {
    create(visit, Path((project, depot, rev, String::new())), request).await
}

pub(super) async fn create(visit: Visit, Path(named): Named, request: Request) -> Answer {
    let ground = ground(&visit, named).await?;
    let fields = Fields::read(request, LONGEST).await?;
    let path = fields.one("path").trim_matches('/').to_owned();
    if fields.on("preview") {
        let seen = preview(&visit, &ground, &path, "", &fields).await?;
        return show(&visit, &ground, true, &fields, seen).await;
    }
    if path.is_empty() {
        let faults = Faults::field("path", visit.ui.t.fault_missing());
        return form(&visit, &ground, true, &fields, &faults, Stage::Writing).await;
    }
    let data = restored("", fields.raw("text")).into_bytes();
    let default = visit.ui.t.edit_says_create(&path);
    let files = vec![FileEdit::Create { path: path.clone(), data, mode: Mode::File }];
    let outcome = ground.commit(&visit, &fields, files, &default, ("blob", &path)).await?;
    answer(&visit, &ground, true, &fields, outcome).await
}

pub(super) async fn edit(visit: Visit, Path(named): Named) -> Answer {
    let ground = ground(&visit, named).await?;
    let Some(text) = text(&ground).await? else {
        return Ok(response::see_other(&ground.to("blob", &ground.path)));
    };
    let fields = Fields::of(&[("path", &ground.path), ("text", &text)]);
    form(&visit, &ground, false, &fields, &Faults::default(), Stage::Writing).await
}

pub(super) async fn save(visit: Visit, Path(named): Named, request: Request) -> Answer {
    let ground = ground(&visit, named).await?;
    let fields = Fields::read(request, LONGEST).await?;
    // Where it is gone meanwhile, what was typed makes it anew.
    let before = match text(&ground).await {
        Ok(before) => before,
        Err(fault) if fault.0.is_not_found() => None,
        Err(fault) => return Err(fault),
    };
    if fields.on("preview") {
        let before = before.as_deref().unwrap_or_default();
        let seen = preview(&visit, &ground, &ground.path, before, &fields).await?;
        return show(&visit, &ground, false, &fields, seen).await;
    }
    let data = restored(before.as_deref().unwrap_or_default(), fields.raw("text")).into_bytes();
    let files = vec![FileEdit::Put { path: ground.path.clone(), data }];
    let default = visit.ui.t.edit_says_update(&ground.path);
    let outcome = ground.commit(&visit, &fields, files, &default, ("blob", &ground.path)).await?;
    answer(&visit, &ground, false, &fields, outcome).await
}

/// The file as text; `None` for what would not come back as it was.
async fn text(ground: &Ground) -> Result<Option<String>, Fault> {
    let blob = ground.file(LARGEST).await?;
    Ok(if blob.is_binary() { None } else { String::from_utf8(blob.data).ok() })
}

async fn answer(
    visit: &Visit,
    ground: &Ground,
    new: bool,
    fields: &Fields,
    outcome: Outcome,
) -> Answer {
    match outcome {
        Outcome::Done(page) => Ok(page),
        Outcome::Moved(faults) => form(visit, ground, new, fields, &faults, Stage::Moved).await,
        Outcome::Wrong(faults) => form(visit, ground, new, fields, &faults, Stage::Writing).await,
    }
}

/// Where a form stands.
enum Stage {
    Writing,
    /// It came back because the branch has moved.
    Moved,
    /// It came back with what the text will look like.
    Previewed(Markup),
}

/// Answers a preview: alone to a module of the page, or with the form.
async fn show(visit: &Visit, ground: &Ground, new: bool, fields: &Fields, seen: Markup) -> Answer {
    if visit.part {
        return Ok(response::page(StatusCode::OK, html! { div data-part { (seen) } }));
    }
    form(visit, ground, new, fields, &Faults::default(), Stage::Previewed(seen)).await
}

async fn form(
    visit: &Visit,
    ground: &Ground,
    new: bool,
    fields: &Fields,
    faults: &Faults,
    stage: Stage,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let path = fields.one("path");
    let default =
        if new { t.edit_says_create(t.edit_file()) } else { t.edit_says_update(&ground.path) };
    let back = if new { ground.to("tree", &ground.path) } else { ground.to("blob", &ground.path) };
    let title = if new { t.edit_new_file() } else { t.edit_title() };
    let (moved, seen) = match stage {
        Stage::Writing => (false, None),
        Stage::Moved => (true, None),
        Stage::Previewed(seen) => (false, Some(seen)),
    };
    let inside = html! {
        form.form method="post" data-unsaved {
            // What Enter in a field presses is the first button of a form.
            button type="submit" hidden {}
            @if moved { (ground.moved(visit, fields.one("expected"))) } @else { (faults.banner(ui)) }
            @if new { (Field::new(ui, "path", t.edit_path()).value(path).hint(t.edit_path_hint()).mono().first().fault(faults.get("path"))) }
            div.editing {
                (editor(t.edit_text(), t.edit_text_hint(), fields.raw("text"), !new && seen.is_none()))
                (previewed(ui, seen.as_ref()))
            }
            div.column.form {
                (ground.questions(visit, fields, faults, &default))
                (ground.acts(visit, t.edit_commit(), Weight::Primary, &back))
            }
        }
    };
    let status = if moved { StatusCode::CONFLICT } else { faults.status() };
    ground.page(visit, title, status, &inside).await
}

/// A field for code. The line end at its start is no part of the text: HTML
/// drops the first one.
fn editor(label: &str, hint: &str, text: &str, first: bool) -> Markup {
    html! {
        div.field {
            label for="f-text" { (label) }
            textarea #f-text.input.mono.editor name="text" rows="24" spellcheck="false" autocapitalize="none" autocomplete="off" wrap="off" autofocus[first] data-tabs aria-describedby="f-text-hint" { "\n" (text) }
            p.hint #f-text-hint { (hint) }
        }
    }
}
