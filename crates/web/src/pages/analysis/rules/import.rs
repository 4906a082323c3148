//! Bringing rules of ast-grep and semgrep, with what became of each.

use analysis::{ImportOutcome, ImportedRule};
use axum::{
    extract::{FromRequest as _, Multipart, Path, Request},
    http::header,
};
use base::{Error, Granted, Read};
use maud::{Markup, html};
use projects::Project;

use super::super::frame::trail;
use super::list::address_of;
use crate::{
    components::{Button, Field, Icon, Tone, Weight, badge, banner, card, card_flush, icon},
    layout::{Head, Section, head},
    request::{Answer, Fault, Faults, Fields, Place, Visit, link},
};

/// Files that are taken at once.
const FILES: usize = 100;
const NAMES: &[&str] = &["text", "files"];

pub(super) async fn show(visit: Visit, Path(slug): Path<String>) -> Answer {
    let project = visit.project::<Read>(&slug).await?;
    if !analysis::may_write_rules(&visit.call, project.team) {
        return Err(Error::denied("the role of an admin in the team").into());
    }
    page(&visit, &slug, &project, &Fields::default(), &Faults::default(), None).await
}

pub(super) async fn send(visit: Visit, Path(slug): Path<String>, request: Request) -> Answer {
    let project = visit.project::<Read>(&slug).await?;
    if !analysis::may_write_rules(&visit.call, project.team) {
        return Err(Error::denied("the role of an admin in the team").into());
    }
    let (fields, files) = read(request).await?;
    let keep = !fields.on("look");
    match analysis::import_rules(&visit.call, &project, files, keep).await {
        Ok(report) => {
            page(&visit, &slug, &project, &fields, &Faults::default(), Some(&report)).await
        }
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, NAMES)?;
            page(&visit, &slug, &project, &fields, &faults, None).await
        }
    }
}

async fn read(request: Request) -> Result<(Fields, Vec<(String, Vec<u8>)>), Fault> {
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("multipart/form-data"));
    let wrong = || Error::invalid("files", "cannot be read, or are more than 32 MB together");
    if !is_form {
        return Err(Error::invalid("files", "must be sent as a form with files").into());
    }
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| wrong())?;
    let mut typed: Vec<(String, String)> = Vec::new();
    let mut files = Vec::new();
    while let Some(part) = form.next_field().await.map_err(|_| wrong())? {
        let name = part.name().unwrap_or_default().to_owned();
        if name != "files" {
            typed.push((name, part.text().await.map_err(|_| wrong())?));
            continue;
        }
        let given = part.file_name().unwrap_or_default().replace('\\', "/");
        let data = part.bytes().await.map_err(|_| wrong())?;
        if given.is_empty() {
            continue;
        }
        if files.len() == FILES {
            return Err(Error::limit("at most 100 files can be uploaded at once").into());
        }
        files.push((given, data.to_vec()));
    }
    let typed: Vec<(&str, &str)> =
        typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let fields = Fields::of(&typed);
    if !fields.one("text").is_empty() {
        files.push((String::new(), fields.raw("text").replace("\r\n", "\n").into_bytes()));
    }
    Ok((fields, files))
}

async fn page(
    visit: &Visit,
    slug: &str,
    project: &Granted<Project, Read>,
    fields: &Fields,
    faults: &Faults,
    report: Option<&[ImportedRule]>,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let nav = visit.nav(project).await?;
    let base = link(&["p", slug, "analysis", "rules"], "");
    let crumbs =
        [(t.rules_title().to_owned(), base.clone()), (t.rules_import().to_owned(), String::new())];
    let top = Head {
        crumbs: trail(visit, &nav, slug, &crumbs),
        title: t.rules_import().to_owned(),
        meta: html! { span { (t.rules_import_about()) } },
        ..Head::default()
    };
    let form = html! {
        form.form method="post" enctype="multipart/form-data" {
            (faults.banner(ui))
            div.field {
                label for="f-files" { (t.rules_import_files()) span.opt { (t.field_optional()) } }
                input #f-files.input.files type="file" name="files" multiple accept=".yml,.yaml,.zip" aria-describedby="f-files-hint";
                @if let Some(fault) = faults.get("files") { p.fault { (icon(Icon::Failed)) span { (fault) } } }
                p.hint #f-files-hint { (t.rules_import_files_hint()) }
            }
            (Field::new(ui, "text", t.rules_import_text()).area(12).value(fields.raw("text")).fault(faults.get("text")).mono().optional())
            div.acts {
                (Button::submit(t.rules_import_do()).weight(Weight::Primary))
                button.button type="submit" name="look" value="1" { (t.rules_import_look()) }
            }
        }
    };
    let body = html! {
        (head(&top))
        div.stack {
            @if let Some(report) = report { (outcome(visit, slug, report)) }
            (card(t.rules_import_what(), None, &form))
        }
    };
    let place = Place {
        title: t.rules_import(),
        project: Some(&nav),
        section: Section::Analysis,
        status: Some(faults.status()),
        ..Place::default()
    };
    visit.show(place, html! { div.column { (body) } }).await
}

fn outcome(visit: &Visit, slug: &str, report: &[ImportedRule]) -> Markup {
    let t = visit.ui.t;
    let of = |outcome: ImportOutcome| report.iter().filter(|one| one.outcome == outcome).count();
    let (whole, partly, refused) =
        (of(ImportOutcome::Whole), of(ImportOutcome::Partly), of(ImportOutcome::Refused));
    let kept = report.iter().filter(|one| one.kept).count();
    let tone = if refused == 0 { Tone::Ok } else { Tone::Warn };
    let list = html! {
        div.rows {
            @for one in report {
                div.row {
                    div.lead { (icon(match one.outcome { ImportOutcome::Refused => Icon::Failed, _ => Icon::Passed })) }
                    div.title {
                        @if one.kept { a href=(address_of(slug, &one.id)) data-row { (one.id) } } @else { (one.id) }
                        (match one.outcome {
                            ImportOutcome::Whole => badge(t.rules_whole(), Some(Tone::Ok)),
                            ImportOutcome::Partly => badge(t.rules_partly(), Some(Tone::Warn)),
                            ImportOutcome::Refused => badge(t.rules_refused(), Some(Tone::Bad)),
                        })
                    }
                    div.meta { span { (one.origin) } @if !one.file.is_empty() { span.mono { (one.file) } } @for why in &one.why { span { (why) } } }
                    div.side {}
                }
            }
        }
    };
    html! {
        (banner(tone, &t.rules_import_done(kept), &html! { p { (t.rules_import_sums(whole, partly, refused)) } }))
        (card_flush(t.rules_import_report(), None, &list))
    }
}
