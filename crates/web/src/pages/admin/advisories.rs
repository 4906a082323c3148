//! What the installation knows of vulnerabilities: what was imported, and the way
//! to bring more.

use std::io;

use ::jobs::{JobId, JobInfo, JobState};
use analysis::AdvisoryImport;
use axum::extract::{FromRequest as _, Multipart, Path, Request};
use base::Error;
use futures_util::TryStreamExt as _;
use maud::{Markup, html};
use tokio_util::io::StreamReader;

use super::{Here, admins_only, jobs::sign, page};
use crate::{
    components::{
        Button, Column, Icon, Tone, Weight, banner, card, card_flush, empty, folding, icon, pager,
        progress, status, table,
    },
    i18n::{Lang, group, translate},
    request::{Answer, Asked, Faults, Fields, Visit},
    response,
};

const BASE: &str = "/admin/advisories";
const SIZE: u64 = 20;

pub(super) async fn show(visit: Visit, asked: Asked) -> Answer {
    draw(&visit, &asked, &Faults::default()).await
}

async fn draw(visit: &Visit, asked: &Asked, faults: &Faults) -> Answer {
    admins_only(visit)?;
    let (ui, t) = (&visit.ui, visit.ui.t);
    let imports = analysis::advisory_imports(&visit.call, asked.page(SIZE)).await?;
    let newest = analysis::advisory_imports(&visit.call, base::PageRequest::first(1)).await?;
    let running = analysis::running_imports(&visit.call).await?;
    let lying = analysis::lying_advisories(&visit.call).await?;
    let number = imports.page.number();
    let at = |n: u64| format!("{BASE}?page={n}");
    let busy = running.iter().any(|job| !job.state.is_final());
    let live = html! {
        div.stack data-part data-live=[busy.then_some(BASE)] {
            @match newest.items.first() {
                Some(newest) => (known(visit, newest)),
                None => (card(t.advisories_known(), None, &empty(ui, Icon::Search, t.advisories_none(), t.advisories_none_about(), &Markup::default(), &[]))),
            }
            @if !running.is_empty() { (jobs(visit, &running)) }
        }
    };
    if visit.part {
        return Ok(response::page(http::StatusCode::OK, live));
    }
    let body = html! {
        (live)
        (card(t.advisories_bring(), None, &bring(visit, &lying, faults)))
        @if !imports.items.is_empty() { (past(visit, &imports.items)) }
        (pager(ui, (number > 1).then(|| at(number - 1)).as_deref(), &t.list_page(number), imports.has_next().then(|| at(number + 1)).as_deref()))
    };
    page(visit, Here::Advisories, faults.status(), Markup::default(), &body).await
}

fn count(number: u64) -> String {
    group(i64::try_from(number).unwrap_or(i64::MAX))
}

/// By ecosystem, what there is.
fn known(visit: &Visit, newest: &AdvisoryImport) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let columns = [Column::text(t.advisories_ecosystem()), Column::number(t.advisories_count())];
    let lines: Vec<Vec<Markup>> = newest
        .ecosystems
        .iter()
        .map(|(ecosystem, n)| vec![html! { (ecosystem.label()) }, html! { (count(*n)) }])
        .collect();
    card_flush(
        t.advisories_known(),
        None,
        &html! {
            div.body {
                p { (t.advisories_total(newest.total)) " · " (t.advisories_newest()) " " (ui.time(newest.at.to_jiff())) " · " (t.advisories_outcome(count(newest.seen), count(newest.changed))) }
                (unreadable(visit, newest))
                p.muted { (t.advisories_use()) }
            }
            @if !lines.is_empty() { (table(t.advisories_known(), &columns, &lines)) }
        },
    )
}

/// What the newest import could not read.
fn unreadable(visit: &Visit, newest: &AdvisoryImport) -> Markup {
    let t = visit.ui.t;
    if newest.unreadable == 0 {
        return Markup::default();
    }
    banner(
        Tone::Warn,
        &t.advisories_unreadable(newest.unreadable, &newest.source),
        &html! { ul.plain { @for (name, why) in &newest.examples { li.small { span.mono.wrap { (name) } ": " (why) } } } },
    )
}

/// Imports that wait, run or have failed.
fn jobs(visit: &Visit, all: &[JobInfo]) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let columns = [
        Column::text(t.jobs_state()),
        Column::text(t.advisories_source()),
        Column::text(t.jobs_progress()),
        Column::text(""),
    ];
    let lines: Vec<Vec<Markup>> = all
        .iter()
        .map(|job| {
            vec![
                html! {
                    (status(ui, sign(job.state)))
                    @if let Some(why) = job.error.as_deref().filter(|_| job.state == JobState::Failed) { br; span.small.wrap { (said(visit, why)) } }
                },
                html! { (job.label) br; span.small.muted { (ui.time(job.created_at.to_jiff())) } },
                html! {
                    @if job.state == JobState::Running {
                        (progress(&t.advisories_seen(count(job.progress.done)), None))
                    }
                },
                html! {
                    @if !job.state.is_final() {
                        form method="post" action={ (BASE) "/" (job.id.0) "/stop" } { (Button::submit(t.advisories_stop()).small()) }
                    }
                },
            ]
        })
        .collect();
    card_flush(t.advisories_running(), None, &folding(t.advisories_running(), &columns, &lines))
}

/// Why it failed, in the reader's language where that is known.
fn said(visit: &Visit, why: &str) -> String {
    let plain = why.strip_prefix("file ").unwrap_or(why);
    match visit.ui.t.lang {
        Lang::Zh => translate(plain).unwrap_or_else(|| why.to_owned()),
        Lang::En => why.to_owned(),
    }
}

/// A file to send, or one that lies there.
fn bring(visit: &Visit, lying: &[String], faults: &Faults) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let directory = analysis::advisories_directory(&visit.call.env);
    html! {
        div.stack.s16 {
            (faults.banner(ui))
            p { (t.advisories_bring_about()) }
            form.form method="post" action={ (BASE) "/send" } enctype="multipart/form-data" {
                div.field {
                    label for="f-file" { (t.advisories_file()) }
                    input #f-file.input.files type="file" name="file" accept=".zip" required aria-describedby="f-file-hint";
                    @if let Some(fault) = faults.get("file") { p.fault { (icon(Icon::Failed)) span { (fault) } } }
                    p.hint #f-file-hint { (t.advisories_file_hint()) }
                }
                div.acts { (Button::submit(t.advisories_send()).weight(Weight::Primary)) }
            }
            h3 { (t.advisories_lying()) }
            p.muted { (t.advisories_lying_about()) " " span.mono { (directory.display()) } }
            @if lying.is_empty() {
                (banner(Tone::Info, t.advisories_lying_none(), &Markup::default()))
            } @else {
                ul.plain {
                    @for name in lying {
                        li { form.line method="post" action={ (BASE) "/take" } {
                            input type="hidden" name="name" value=(name);
                            span.mono { (name) } " "
                            (Button::submit(t.advisories_take()).small())
                        } }
                    }
                }
            }
        }
    }
}

/// What was imported before.
fn past(visit: &Visit, all: &[AdvisoryImport]) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let columns = [
        Column::text(t.audit_when()),
        Column::text(t.advisories_source()),
        Column::text(t.audit_who()),
        Column::number(t.advisories_read()),
        Column::number(t.advisories_changed()),
        Column::number(t.advisories_not_read()),
        Column::number(t.advisories_behind()),
    ];
    let lines: Vec<Vec<Markup>> = all
        .iter()
        .map(|one| {
            vec![
                html! { (ui.time(one.at.to_jiff())) },
                html! { span.mono.small { (one.source) } },
                html! { (one.by) },
                html! { (count(one.seen)) },
                html! { (count(one.changed)) },
                html! { (count(one.unreadable)) },
                html! { (count(one.total)) },
            ]
        })
        .collect();
    card_flush(t.advisories_past(), None, &folding(t.advisories_past(), &columns, &lines))
}

/// Takes the file of a form; it is streamed into the store.
pub(super) async fn send(visit: Visit, request: Request) -> Answer {
    admins_only(&visit)?;
    let wrong = || Error::invalid("file", "must be sent as a form with a file");
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| wrong())?;
    let mut done = Err(Error::missing("file"));
    while let Some(part) = form.next_field().await.map_err(|_| wrong())? {
        let name = part.file_name().unwrap_or_default().to_owned();
        if part.name() != Some("file") || name.is_empty() {
            continue;
        }
        let source = StreamReader::new(part.map_err(io::Error::other));
        done = analysis::send_advisories(&visit.call, &name, source).await;
        break;
    }
    answer(&visit, done).await
}

/// Imports what lies in the directory.
pub(super) async fn take(visit: Visit, fields: Fields) -> Answer {
    admins_only(&visit)?;
    let done = analysis::take_advisories(&visit.call, fields.raw("name")).await;
    answer(&visit, done).await
}

/// Stops an import.
pub(super) async fn stop(visit: Visit, Path(id): Path<i64>) -> Answer {
    admins_only(&visit)?;
    analysis::stop_import(&visit.call, JobId(id)).await?;
    Ok(response::see_other(BASE))
}

async fn answer(visit: &Visit, done: Result<(), Error>) -> Answer {
    match done {
        Ok(()) => Ok(response::see_other(BASE)),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &["file"])?;
            draw(visit, &Asked::default(), &faults).await
        }
    }
}
