use axum::extract::Path;
use base::{Administer, Error};
use depots::rules::{
    preview,
    pushes::{self, PushSettings, PushSettingsChange},
};
use maud::{Markup, html};

use super::{
    super::{frame::at, tree},
    Page, Seen, Sent, group, see, show as show_page, size, yes,
};
use crate::{
    components::{Button, Field, Icon, Status, Weight, facts, switch, verdict},
    request::{Answer, Asked, Faults, Fields, Visit},
    response,
};

const NAMES: [&str; 4] = ["message_regex", "denied_files", "commit_bytes", "file_bytes"];

pub(super) async fn show(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    let seen = see(&visit, &project, &depot).await?;
    draw(&visit, &seen, &asked, &Sent::default()).await
}

pub(super) async fn save(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    asked: Asked,
    fields: Fields,
) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    let kept = pushes::get(&visit.call, &granted).await?;
    let done = match change(&fields, &kept) {
        Ok(change) => pushes::modify(&visit.call, &granted, change).await.map(|_| ()),
        Err(field) => {
            let faults = Faults::field(field, visit.ui.t.pushrule_number());
            let sent = Sent { form: "push".to_owned(), fields, faults };
            let seen = see(&visit, &project, &depot).await?;
            return draw(&visit, &seen, &asked, &sent).await;
        }
    };
    let seen = see(&visit, &project, &depot).await?;
    match done {
        Ok(()) => Ok(response::see_other(&seen.to("/pushes"))),
        Err(error) => {
            let sent = Sent::back(&visit, "push", fields, error, &NAMES)?;
            draw(&visit, &seen, &asked, &sent).await
        }
    }
}

/// What a form asks for, or the field that is no number.
fn change(fields: &Fields, kept: &PushSettings) -> Result<PushSettingsChange, &'static str> {
    let bytes = |name: &'static str, kept| size::typed(fields.one(name), kept).ok_or(name);
    Ok(PushSettingsChange {
        check_author: Some(fields.on("check_author")),
        deny_force_push: Some(fields.on("deny_force_push")),
        commit_bytes: Some(bytes("commit_bytes", kept.commit_bytes)?),
        file_bytes: Some(bytes("file_bytes", kept.file_bytes)?),
        // A blank at its end counts.
        message_regex: Some(fields.raw("message_regex").to_owned()),
        denied_files: Some(fields.one("denied_files").to_owned()),
    })
}

async fn draw(visit: &Visit, seen: &Seen, asked: &Asked, sent: &Sent) -> Answer {
    let t = visit.ui.t;
    let settings = pushes::get(&visit.call, &seen.at.depot).await?;
    let inside = if seen.manages() {
        form(visit, seen, &settings, sent)
    } else if settings == PushSettings::default() {
        html! { p { (t.pushrule_none()) } }
    } else {
        shown(visit, &settings)
    };
    let body = html! {
        (group("push", t.pushrule_title(), t.pushrule_about(), &inside))
        (group("trial", t.pushrule_trial(), t.pushrule_trial_about(), &trial(visit, seen, asked, &settings)?))
    };
    show_page(visit, seen, Page::Pushes, sent, &body).await
}

fn form(visit: &Visit, seen: &Seen, settings: &PushSettings, sent: &Sent) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let (commit, file) = (size::shown(settings.commit_bytes), size::shown(settings.file_bytes));
    let denied = settings.denied_files.join("\n");
    let mut kept = vec![
        ("commit_bytes", commit.as_str()),
        ("file_bytes", &file),
        ("message_regex", &settings.message_regex),
        ("denied_files", &denied),
    ];
    if settings.check_author {
        kept.push(("check_author", "on"));
    }
    if settings.deny_force_push {
        kept.push(("deny_force_push", "on"));
    }
    let (fields, faults) = sent.of("push", &kept);
    html! {
        form.form method="post" action=(seen.to("/pushes")) {
            (sent.banner(visit, "push"))
            (switch("check_author", t.pushrule_author(), Some(t.pushrule_author_hint()), fields.on("check_author")))
            (switch("deny_force_push", t.pushrule_force(), Some(t.pushrule_force_hint()), fields.on("deny_force_push")))
            div.pair {
                (Field::new(ui, "commit_bytes", t.pushrule_commit_size()).kind("number").between("1", "1000000").value(fields.one("commit_bytes")).hint(t.pushrule_commit_size_hint()).optional().fault(faults.get("commit_bytes")))
                (Field::new(ui, "file_bytes", t.pushrule_file_size()).kind("number").between("1", "1000000").value(fields.one("file_bytes")).hint(t.pushrule_file_size_hint()).optional().fault(faults.get("file_bytes")))
            }
            (Field::new(ui, "message_regex", t.pushrule_message()).value(fields.raw("message_regex")).hint(t.pushrule_message_hint()).placeholder("^(feat|fix|docs): ").mono().optional().fault(faults.get("message_regex")))
            (Field::new(ui, "denied_files", t.pushrule_denied()).area(4).value(fields.one("denied_files")).hint(t.pushrule_denied_hint()).placeholder("*.pem\n/target/").mono().optional().fault(faults.get("denied_files")))
            div.acts { (Button::submit(t.action_save()).weight(Weight::Primary)) }
        }
    }
}

fn shown(visit: &Visit, settings: &PushSettings) -> Markup {
    let t = visit.ui.t;
    let limit = |bytes: Option<u64>| match bytes {
        Some(bytes) => html! { (tree::size(bytes)) },
        None => html! { span.muted { (t.sets_unlimited()) } },
    };
    facts(
        true,
        &[
            (t.pushrule_author(), yes(t, settings.check_author)),
            (t.pushrule_force(), yes(t, settings.deny_force_push)),
            (t.pushrule_commit_size(), limit(settings.commit_bytes)),
            (t.pushrule_file_size(), limit(settings.file_bytes)),
            (
                t.pushrule_message(),
                html! { @if settings.message_regex.is_empty() { span.muted { (t.sets_none()) } } @else { code.wrap { (settings.message_regex) } } },
            ),
            (
                t.pushrule_denied(),
                html! {
                    @if settings.denied_files.is_empty() { span.muted { (t.sets_none()) } }
                    @for pattern in &settings.denied_files { div { code { (pattern) } } }
                },
            ),
        ],
    )
}

/// A message tried against a pattern that need not be saved.
fn trial(
    visit: &Visit,
    seen: &Seen,
    asked: &Asked,
    settings: &PushSettings,
) -> Result<Markup, crate::request::Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let message = asked.one("message");
    let tried = !message.is_empty();
    let pattern = if tried { asked.raw("pattern") } else { &settings.message_regex };
    let mut faults = Faults::default();
    let said = match tried.then(|| preview::message_passes(pattern, message)) {
        None => Markup::default(),
        Some(Ok(true)) if pattern.is_empty() => {
            verdict(Status::Info, t.pushrule_trial_any(), &Markup::default())
        }
        Some(Ok(true)) => verdict(Status::Passed, t.pushrule_trial_yes(), &Markup::default()),
        Some(Ok(false)) => verdict(Status::Failed, t.pushrule_trial_no(), &Markup::default()),
        Some(Err(Error::Invalid { why, .. })) => {
            let error = Error::Invalid { field: "pattern".into(), why };
            faults = Faults::of(ui, error, &["pattern"])?;
            Markup::default()
        }
        Some(Err(error)) => return Err(error.into()),
    };
    Ok(html! {
        form.form method="get" action={ (seen.to("/pushes")) "#trial" } {
            (Field::new(ui, "pattern", t.pushrule_trial_pattern()).value(pattern).mono().optional().fault(faults.get("pattern")))
            (Field::new(ui, "message", t.pushrule_trial_message()).area(3).value(message).placeholder("fix: keep the old address"))
            div.acts { (Button::submit(t.sets_try()).icon(Icon::Search)) }
        }
        div aria-live="polite" { (said) }
    })
}
