//! Files from the visitor's machine.

use axum::{
    extract::{FromRequest as _, Multipart, Path, Request},
    http::header,
};
use base::Error;
use depots::commits::FileEdit;
use http::StatusCode;
use maud::html;

use super::{Ground, Outcome, ground};
use crate::{
    components::Weight,
    request::{Answer, Fault, Faults, Fields, Visit},
};

/// The most that is sent at once, in bytes.
pub(super) const LARGEST: usize = 32 * 1024 * 1024;
/// The most files that are sent at once.
const FILES: usize = 100;

type Named = Path<(String, String, String, String)>;
type Root = Path<(String, String, String)>;

pub(super) async fn show_at_root(visit: Visit, Path((project, depot, rev)): Root) -> Answer {
    show(visit, Path((project, depot, rev, String::new()))).await
}

pub(super) async fn show(visit: Visit, Path(named): Named) -> Answer {
    let ground = ground(&visit, named).await?;
    form(&visit, &ground, &Fields::default(), &Faults::default()).await
}

pub(super) async fn send_at_root(
    visit: Visit,
    Path((project, depot, rev)): Root,
    request: Request,
) -> Answer {
    send(visit, Path((project, depot, rev, String::new())), request).await
}

pub(super) async fn send(visit: Visit, Path(named): Named, request: Request) -> Answer {
    let ground = ground(&visit, named).await?;
    let (fields, files) = read(request, &ground.path).await?;
    let t = visit.ui.t;
    if files.is_empty() {
        return form(&visit, &ground, &fields, &Faults::field("files", t.fault_missing())).await;
    }
    let default = t.edit_says_upload(files.len());
    let folder = ground.path.clone();
    match ground.commit(&visit, &fields, files, &default, ("tree", &folder)).await? {
        Outcome::Done(page) => Ok(page),
        Outcome::Moved(faults) | Outcome::Wrong(faults) => {
            form(&visit, &ground, &fields, &faults).await
        }
    }
}

/// The fields of the form, and the files as changes below the folder.
async fn read(request: Request, folder: &str) -> Result<(Fields, Vec<FileEdit>), Fault> {
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("multipart/form-data"));
    if !is_form {
        return Err(Error::invalid("files", "must be sent as a form with files").into());
    }
    let wrong = |_| Error::invalid("files", "cannot be read, or are more than 32 MB together");
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| Error::invalid("files", "must be sent as a form with files"))?;
    let mut typed: Vec<(String, String)> = Vec::new();
    let mut files: Vec<FileEdit> = Vec::new();
    while let Some(part) = form.next_field().await.map_err(wrong)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name != "files" {
            typed.push((name, part.text().await.map_err(wrong)?));
            continue;
        }
        // Some browsers send the folders of the visitor's machine along.
        let given = part.file_name().unwrap_or_default().replace('\\', "/");
        let given = given.rsplit('/').next().unwrap_or_default().to_owned();
        let data = part.bytes().await.map_err(wrong)?;
        if given.is_empty() {
            continue;
        }
        if files.len() == FILES {
            return Err(Error::limit("at most 100 files can be uploaded at once").into());
        }
        let path = if folder.is_empty() { given } else { format!("{folder}/{given}") };
        files.push(FileEdit::Put { path, data: data.to_vec() });
    }
    let typed: Vec<(&str, &str)> =
        typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Ok((Fields::of(&typed), files))
}

async fn form(visit: &Visit, ground: &Ground, fields: &Fields, faults: &Faults) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let inside = html! {
        form.form.column method="post" enctype="multipart/form-data" {
            (faults.banner(ui))
            div.field {
                label for="f-files" { (t.edit_files()) }
                input #f-files.input.files type="file" name="files" multiple required aria-describedby="f-files-hint";
                @if let Some(fault) = faults.get("files").or(faults.get("path")) { p.fault { (fault) } }
                p.hint #f-files-hint { (t.edit_files_hint()) }
            }
            (ground.questions(visit, fields, faults, &t.edit_says_upload(2)))
            (ground.acts(visit, t.edit_upload(), Weight::Primary, &ground.to("tree", &ground.path)))
        }
    };
    let status = if faults.status() == StatusCode::OK { StatusCode::OK } else { faults.status() };
    ground.page(visit, t.edit_upload(), status, &inside).await
}
