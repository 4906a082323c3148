//! Renaming and deleting a file.

use axum::extract::Path;
use depots::commits::FileEdit;
use http::StatusCode;
use maud::html;

use super::{Ground, Outcome, ground};
use crate::{
    components::{Field, Weight},
    request::{Answer, Faults, Fields, Visit},
};

type Named = Path<(String, String, String, String)>;

pub(super) async fn rename(visit: Visit, Path(named): Named) -> Answer {
    let ground = ground(&visit, named).await?;
    let fields = Fields::of(&[("path", &ground.path)]);
    rename_form(&visit, &ground, &fields, &Faults::default(), false).await
}

pub(super) async fn do_rename(visit: Visit, Path(named): Named, fields: Fields) -> Answer {
    let ground = ground(&visit, named).await?;
    let to = fields.one("path").trim_matches('/').to_owned();
    if to.is_empty() {
        let faults = Faults::field("path", visit.ui.t.fault_missing());
        return rename_form(&visit, &ground, &fields, &faults, false).await;
    }
    let default = visit.ui.t.edit_says_rename(&ground.path, &to);
    let files = vec![FileEdit::Move { path: ground.path.clone(), to: to.clone(), data: None }];
    match ground.commit(&visit, &fields, files, &default, ("blob", &to)).await? {
        Outcome::Done(page) => Ok(page),
        Outcome::Moved(faults) => rename_form(&visit, &ground, &fields, &faults, true).await,
        Outcome::Wrong(faults) => rename_form(&visit, &ground, &fields, &faults, false).await,
    }
}

async fn rename_form(
    visit: &Visit,
    ground: &Ground,
    fields: &Fields,
    faults: &Faults,
    moved: bool,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let default = t.edit_says_rename(&ground.path, "\u{2026}");
    let inside = html! {
        form.form.column method="post" {
            @if moved { (ground.moved(visit, fields.one("expected"))) } @else { (faults.banner(ui)) }
            (Field::new(ui, "path", t.edit_path()).value(fields.one("path")).hint(t.edit_path_hint()).mono().first().fault(faults.get("path")))
            (ground.questions(visit, fields, faults, &default))
            (ground.acts(visit, t.edit_rename(), Weight::Primary, &ground.to("blob", &ground.path)))
        }
    };
    let status = if moved { StatusCode::CONFLICT } else { faults.status() };
    ground.page(visit, t.edit_rename(), status, &inside).await
}

pub(super) async fn delete(visit: Visit, Path(named): Named) -> Answer {
    let ground = ground(&visit, named).await?;
    delete_form(&visit, &ground, &Fields::default(), &Faults::default(), false).await
}

pub(super) async fn do_delete(visit: Visit, Path(named): Named, fields: Fields) -> Answer {
    let ground = ground(&visit, named).await?;
    let default = visit.ui.t.edit_says_delete(&ground.path);
    let files = vec![FileEdit::DeleteFile { path: ground.path.clone() }];
    let folder = ground.folder().to_owned();
    match ground.commit(&visit, &fields, files, &default, ("tree", &folder)).await? {
        // The folder may be gone with its last file; its page says what is there then.
        Outcome::Done(page) => Ok(page),
        Outcome::Moved(faults) => delete_form(&visit, &ground, &fields, &faults, true).await,
        Outcome::Wrong(faults) => delete_form(&visit, &ground, &fields, &faults, false).await,
    }
}

async fn delete_form(
    visit: &Visit,
    ground: &Ground,
    fields: &Fields,
    faults: &Faults,
    moved: bool,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let default = t.edit_says_delete(&ground.path);
    let inside = html! {
        form.form.column method="post" {
            @if moved { (ground.moved(visit, fields.one("expected"))) } @else { (faults.banner(ui)) }
            p { (t.edit_delete_about(&ground.path)) }
            (ground.questions(visit, fields, faults, &default))
            (ground.acts(visit, t.edit_delete(), Weight::Danger, &ground.to("blob", &ground.path)))
        }
    };
    let status = if moved { StatusCode::CONFLICT } else { faults.status() };
    ground.page(visit, t.edit_delete(), status, &inside).await
}
