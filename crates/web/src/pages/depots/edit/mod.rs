//! Commits made on a page: a file written, renamed or deleted, files uploaded.

mod carry;
mod line_ends;
mod path;
mod preview;
mod text;
mod upload;

use axum::{
    Router,
    body::Body,
    extract::DefaultBodyLimit,
    http::{Response, StatusCode},
    routing::get,
};
use base::{Error, Read, Write};
use call::Env;
use depots::DepotKey;
use git::Repository;
use maud::{Markup, html};

use super::frame::{At, Here, at, path_crumbs};
use crate::{
    components::{Answer as Choice, Button, Field, Tone, Weight, banner, radios},
    request::{Answer, Fault, Faults, Fields, Place, Visit, blocking, segment},
};

pub(super) fn routes() -> Router<Env> {
    let base = "/p/{project}/d/{depot}";
    let at = |what: &str| format!("{base}/{what}/{{rev}}/{{*path}}");
    let root = |what: &str| format!("{base}/{what}/{{rev}}");
    let uploads = Router::new()
        .route(&root("upload"), get(upload::show_at_root).post(upload::send_at_root))
        .route(&at("upload"), get(upload::show).post(upload::send))
        .layer(DefaultBodyLimit::max(upload::LARGEST));
    Router::new()
        .merge(uploads)
        .route(&root("new"), get(text::new_at_root).post(text::create_at_root))
        .route(&at("new"), get(text::new).post(text::create))
        .route(&at("edit"), get(text::edit).post(text::save))
        .route(&at("rename"), get(path::rename).post(path::do_rename))
        .route(&at("delete"), get(path::delete).post(path::do_delete))
}

/// A branch, and the commit at its tip when the form was drawn; in a depot
/// without any branch, the one that the first commit makes.
struct Ground {
    at: At<Read>,
    writable: base::Granted<depots::Depot, Write>,
    repository: Repository,
    branch: String,
    /// The file or folder that it is about.
    path: String,
    tip: Option<git::Oid>,
}

/// Finds the branch that a commit is to be made on, for whoever may.
async fn ground(
    visit: &Visit,
    (project, depot, branch, path): (String, String, String, String),
) -> Result<Ground, Fault> {
    let at = at::<Read>(visit, &project, &depot).await?;
    let writable = depots::authorise::<Write>(&visit.call, DepotKey::Id(at.depot.id)).await?;
    let repository = at.open(visit)?;
    let (reader, name) = (repository.clone(), format!("refs/heads/{branch}"));
    let first = branch == at.depot.default_branch;
    let any = git::RefQuery { limit: 1, ..git::RefQuery::default() };
    let (tip, begins) = blocking(move || match reader.reference(&name)? {
        None if first => Ok((None, reader.branch_page(&any)?.total == 0)),
        tip => Ok((tip, false)),
    })
    .await?;
    if tip.is_none() && !begins {
        return Err(Error::not_found("branch").into());
    }
    let path = path.trim_matches('/').to_owned();
    Ok(Ground { at, writable, repository, branch, path, tip })
}

impl Ground {
    fn to(&self, what: &str, path: &str) -> String {
        self.at.to(what, &self.branch, path)
    }

    /// The file's folder, or the folder itself.
    fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// What every form about a commit asks: message, branch, and what the
    /// visitor has seen.
    fn questions(&self, visit: &Visit, fields: &Fields, faults: &Faults, default: &str) -> Markup {
        let (ui, t) = (&visit.ui, visit.ui.t);
        let same = t.edit_same(&self.branch);
        let choices = [
            Choice { value: "same", label: &same, hint: None },
            Choice {
                value: "new",
                label: t.edit_new_branch(),
                hint: Some(t.edit_new_branch_hint()),
            },
        ];
        let seen = match fields.one("expected") {
            "" => self.tip.map(|tip| tip.to_string()).unwrap_or_default(),
            seen => seen.to_owned(),
        };
        let chosen = if fields.one("target") == "new" { "new" } else { "same" };
        html! {
            input type="hidden" name="expected" value=(seen);
            (Field::new(ui, "message", t.edit_message()).area(2).optional().placeholder(default).value(fields.raw("message")).fault(faults.get("message")))
            @if self.tip.is_some() {
                (radios("target", t.edit_where(), &choices, chosen))
                (Field::new(ui, "new_branch", t.edit_branch_name()).optional().mono().value(fields.one("new_branch")).fault(faults.get("new_branch")))
            }
        }
    }

    /// The page of a form, on the branch.
    async fn page(
        &self,
        visit: &Visit,
        title: &str,
        status: StatusCode,
        inside: &Markup,
    ) -> Answer {
        let body = html! {
            div.line.apart { (path_crumbs(visit, &self.at, &self.branch, &self.path)) }
            h2 { (title) }
            (inside)
        };
        let title = if self.path.is_empty() {
            title.to_owned()
        } else {
            format!("{title} · {}", self.path)
        };
        // Markdown in a preview has pictures.
        let pictures = status == StatusCode::OK;
        let status = Some(status);
        let place = Place { title: &title, wide: true, pictures, status, ..Place::default() };
        self.at.show(visit, Here::Code, &self.branch, place, Markup::default(), &body).await
    }

    /// The buttons at the end of a form.
    fn acts(&self, visit: &Visit, send: &str, weight: Weight, back: &str) -> Markup {
        html! {
            div.acts {
                (Button::submit(send).weight(weight))
                (Button::link(visit.ui.t.action_cancel(), back).weight(Weight::Quiet))
            }
        }
    }

    /// The message above a form that came back because the branch has moved.
    fn moved(&self, visit: &Visit, seen: &str) -> Markup {
        let t = visit.ui.t;
        let compare = format!(
            "{}/compare?from={}&to={}",
            self.at.base(),
            segment(seen),
            segment(&self.branch)
        );
        let more = html! {
            p { (t.edit_moved_about()) " " a href=(compare) { (t.edit_moved_see()) } }
            p { button.button.small type="submit" name="over" value="1" { (t.edit_over()) } }
        };
        banner(Tone::Warn, &t.edit_moved(&self.branch), &more)
    }
}

/// What came of a form.
enum Outcome {
    /// The commit is made; go there.
    Done(Response<Body>),
    /// The branch has moved on since the visitor looked.
    Moved(Faults),
    /// Something is wrong with what was typed.
    Wrong(Faults),
}
