//! What the pages about SSH keys have in common.

use identity::SshKey;
use identity::ssh_keys::{self, NewSshKey};
use maud::{Markup, html};

use crate::{
    components::{Button, Column, Field, Tone, Weight, badge, card_flush, table},
    request::{Faults, Fields, Visit},
};

/// The fields of the form, which domains name too.
pub(crate) const FIELDS: &[&str] = &["title", "content", "expires_at"];

/// The key that a form asks for.
///
/// # Errors
/// `Invalid` on the day.
pub(crate) fn asked(fields: &Fields) -> base::Result<NewSshKey> {
    Ok(NewSshKey {
        title: fields.one("title").to_owned(),
        content: fields.one("content").to_owned(),
        expires_at: fields.day("expires_at")?,
    })
}

/// The fields by which a key is added.
pub(crate) fn fields(visit: &Visit, fields: &Fields, faults: &Faults) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    html! {
        (faults.banner(ui))
        div.pair {
            (Field::new(ui, "title", t.ssh_title()).value(fields.one("title")).optional().hint(t.ssh_title_hint()).fault(faults.get("title")))
            (Field::new(ui, "expires_at", t.ssh_expires()).kind("date").value(fields.one("expires_at")).optional().hint(t.ssh_expires_hint()).fault(faults.get("expires_at")))
        }
        (Field::new(ui, "content", t.ssh_content()).value(fields.one("content")).area(4).mono().hint(t.ssh_content_hint()).fault(faults.get("content")))
    }
}

/// Keys one below another, each with what is said of it besides and the button
/// that deletes it, below `address`.
pub(crate) fn listed<'k>(
    visit: &Visit,
    caption: &str,
    address: &str,
    keys: impl Iterator<Item = (&'k SshKey, Option<&'k str>)>,
) -> Markup {
    let t = visit.ui.t;
    let columns = [
        Column::text(t.ssh_title()),
        Column::text(t.ssh_expires()),
        Column::text(t.token_used()),
        Column::number(""),
    ];
    let lines: Vec<Vec<Markup>> = keys
        .map(|(key, besides)| {
            vec![
                html! {
                    (named(visit, key))
                    @if let Some(besides) = besides { " " (badge(besides, None)) }
                },
                until(visit, key),
                used(visit, key),
                html! {
                    form method="post" action={ (address) "/" (key.id) "/delete" } {
                        (Button::submit(t.action_delete()).weight(Weight::Danger).small())
                    }
                },
            ]
        })
        .collect();
    card_flush(caption, None, &html! { div.folds { (table(caption, &columns, &lines)) } })
}

/// Name, kind and fingerprint of a key.
fn named(visit: &Visit, key: &SshKey) -> Markup {
    let t = visit.ui.t;
    html! {
        strong { (key.title) }
        @if key.team.is_some() { " " (badge(t.ssh_by_team(), None)) }
        div.small.muted { (key.algorithm) }
        code.small.fingerprint { (key.fingerprint) }
    }
}

/// Until when a key is good; it names what it tells where the head of its
/// column is not shown.
fn until(visit: &Visit, key: &SshKey) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    html! {
        span.small.muted.narrow-only { (t.ssh_expires()) " " }
        @if key.has_expired(visit.call.clock.now()) { (badge(t.ssh_over(), Some(Tone::Bad))) }
        @else if let Some(end) = key.expires_at { (ui.time(end.to_jiff())) }
        @else { (t.time_never()) }
    }
}

/// When a key was used last, in the same way.
fn used(visit: &Visit, key: &SshKey) -> Markup {
    let last = key.last_used_at.map(base::Timestamp::to_jiff);
    html! {
        span.small.muted.narrow-only { (visit.ui.t.token_used()) " " }
        (visit.ui.time_or_never(last))
    }
}

/// The server's own keys; nothing where SSH is not served.
pub(crate) fn hosts(visit: &Visit) -> Option<Markup> {
    let hosts = ssh_keys::hosts(&visit.call.env);
    let t = visit.ui.t;
    (!hosts.is_empty()).then(|| {
        html! {
            p { (t.ssh_hosts_about()) }
            dl.facts {
                @for host in &hosts {
                    dt { (host.algorithm) }
                    dd { code { (host.fingerprint) } }
                }
            }
        }
    })
}
