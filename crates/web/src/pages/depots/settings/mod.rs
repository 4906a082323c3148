//! The settings of a depot and the rules that may refuse its changes, a page
//! for each capability.
//!
//! A page is a module whose drawing begins with [`see`] (everybody who may
//! read the depot) or [`manage`] (administrators alone) and ends with
//! [`show`]; what changes something begins with [`super::frame::at`] for
//! `Administer`, and draws the page again with a [`Sent`] when the domain
//! refuses. A page has a route in [`routes`] and a line in [`ALL`].

mod activity;
mod branch_rule;
mod branches;
mod files;
mod general;
mod health;
mod keys;
mod merging;
mod people;
mod pushes;
mod refs;
mod size;
mod spec;
mod transfer;

use axum::{
    Router,
    routing::{get, post},
};
use base::{Administer, Error, Granted, Read};
use call::Env;
use depots::{Depot, DepotKey};
use maud::{Markup, html};

use super::frame::{At, Here, at};
use crate::{
    components::{Tab, tabs},
    i18n::Text,
    request::{Answer, Fault, Faults, Fields, Place, Visit},
};

const BASE: &str = "/p/{project}/d/{depot}/settings";

pub(super) fn routes() -> Router<Env> {
    let at = |end: &str| format!("{BASE}{end}");
    Router::new()
        .route(BASE, get(general::show).post(general::save))
        .route(&at("/delete"), post(general::delete))
        .route(&at("/archive"), post(general::archive))
        .route(&at("/transfer"), post(transfer::send))
        .route(&at("/check"), post(health::ask))
        .route(&at("/quota"), post(general::quota))
        .route(&at("/branches"), get(branches::show).post(branches::create))
        .route(&at("/branches/{rule}"), get(branch_rule::show).post(branch_rule::save))
        .route(&at("/branches/{rule}/delete"), post(branch_rule::delete))
        .route(&at("/branches/{rule}/members"), post(branch_rule::add))
        .route(&at("/branches/{rule}/members/change"), post(branch_rule::change))
        .route(&at("/branches/{rule}/members/remove"), post(branch_rule::remove))
        .route(&at("/refs"), get(refs::show))
        .route(&at("/refs/protect"), post(refs::protect))
        .route(&at("/refs/unprotect"), post(refs::unprotect))
        .route(&at("/refs/freeze"), post(refs::freeze))
        .route(&at("/refs/thaw"), post(refs::thaw))
        .route(&at("/pushes"), get(pushes::show).post(pushes::save))
        .route(&at("/files"), get(files::show).post(files::create))
        .route(&at("/files/{rule}"), post(files::save))
        .route(&at("/files/{rule}/delete"), post(files::delete))
        .route(&at("/files/{rule}/say"), post(files::add))
        .route(&at("/files/{rule}/say/change"), post(files::change))
        .route(&at("/files/{rule}/say/remove"), post(files::remove))
        .route(&at("/spec"), get(spec::show).post(spec::choose))
        .route(&at("/spec/own"), post(spec::save_own))
        .route(&at("/merging"), get(merging::show).post(merging::save))
        .route(&at("/activity"), get(activity::show))
        .route(&at("/deploy-keys"), get(keys::show).post(keys::create))
        .route(&at("/deploy-keys/{id}/delete"), post(keys::delete))
}

/// A page of the settings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Page {
    General,
    Branches,
    Refs,
    Pushes,
    Files,
    Spec,
    Merging,
    Activity,
    DeployKeys,
}

/// A page, its name, the end of its address (`/settings{end}`), and whether
/// administrators alone see it.
type Listed = (Page, fn(Text) -> &'static str, &'static str, bool);

/// The pages in the order in which they are listed.
const ALL: &[Listed] = &[
    (Page::General, Text::project_general, "", true),
    (Page::Branches, Text::sets_branches, "/branches", false),
    (Page::Refs, Text::sets_refs, "/refs", false),
    (Page::Pushes, Text::sets_pushes, "/pushes", false),
    (Page::Files, Text::sets_files, "/files", false),
    (Page::Spec, Text::sets_spec, "/spec", false),
    (Page::Merging, Text::sets_merging, "/merging", false),
    (Page::Activity, Text::sets_activity, "/activity", true),
    (Page::DeployKeys, Text::ssh_deploy, "/deploy-keys", true),
];

/// A depot whose settings are shown.
struct Seen {
    at: At<Read>,
    /// Proof that the visitor may change them.
    admin: Option<Granted<Depot, Administer>>,
}

impl Seen {
    /// The address of a page of the settings.
    fn to(&self, end: &str) -> String {
        format!("{}/settings{end}", self.at.base())
    }

    /// Whether the visitor may change what he sees.
    fn manages(&self) -> bool {
        self.admin.is_some()
    }
}

/// Finds a depot for whoever may read its rules.
async fn see(visit: &Visit, project: &str, depot: &str) -> Result<Seen, Error> {
    let at = at::<Read>(visit, project, depot).await?;
    let admin = match depots::authorise(&visit.call, DepotKey::Id(at.depot.id)).await {
        Ok(depot) => Some(depot),
        Err(Error::Denied { .. } | Error::NotFound { .. }) => None,
        Err(error) => return Err(error),
    };
    Ok(Seen { at, admin })
}

/// Finds a depot for its administrators.
async fn manage(visit: &Visit, project: &str, depot: &str) -> Result<Seen, Error> {
    let admin = at::<Administer>(visit, project, depot).await?.depot;
    Ok(Seen { at: at::<Read>(visit, project, depot).await?, admin: Some(admin) })
}

/// A form that comes back: which one of its page, what was typed, and what is
/// wrong with it.
#[derive(Default)]
struct Sent {
    form: String,
    fields: Fields,
    faults: Faults,
}

impl Sent {
    /// A form that the domain refused; it has these fields.
    ///
    /// # Errors
    /// The error, when the form is not to blame.
    fn back(
        visit: &Visit,
        form: impl Into<String>,
        fields: Fields,
        error: Error,
        names: &[&str],
    ) -> Result<Self, Fault> {
        let faults = match names {
            [only] => Faults::at(&visit.ui, error, only)?,
            _ => Faults::of(&visit.ui, error, names)?,
        };
        Ok(Self { form: form.into(), fields, faults })
    }

    /// What stands in a form: what was typed into it, or else what is kept.
    fn of(&self, form: &str, kept: &[(&str, &str)]) -> (Fields, Faults) {
        if self.form == form {
            (self.fields.clone(), self.faults.clone())
        } else {
            (Fields::of(kept), Faults::default())
        }
    }

    /// What is wrong with a form as a whole.
    fn banner(&self, visit: &Visit, form: &str) -> Markup {
        if self.form == form { self.faults.banner(&visit.ui) } else { Markup::default() }
    }
}

/// One group of a page: what it is for, in a sentence, and its content.
fn group(id: &str, title: &str, about: &str, body: &Markup) -> Markup {
    html! {
        section.card id=(id) {
            header { h2 { (title) } }
            div.body.stack.s16 { p.muted { (about) } (body) }
        }
    }
}

/// A group with what cannot be taken back easily.
fn danger(title: &str, body: &Markup) -> Markup {
    html! { section.card.danger { header { h2 { (title) } } div.body { (body) } } }
}

/// "yes" or "no".
fn yes(t: Text, is: bool) -> Markup {
    html! { @if is { (t.sets_yes()) } @else { span.muted { (t.sets_no()) } } }
}

/// Draws a page of the settings: one column below the list of them all.
async fn show(visit: &Visit, seen: &Seen, page: Page, sent: &Sent, body: &Markup) -> Answer {
    let t = visit.ui.t;
    let row: Vec<Tab<'_>> = ALL
        .iter()
        .filter(|(.., managed)| seen.manages() || !managed)
        .map(|(place, name, end, _)| Tab {
            label: name(t),
            href: seen.to(end),
            count: None,
            here: *place == page,
        })
        .collect();
    let word = if seen.manages() { t.nav_settings() } else { t.sets_rules() };
    let body = html! {
        (tabs(word, &row))
        div.column.stack {
            @if !seen.manages() { p.muted { (t.sets_read_only()) } }
            (body)
        }
    };
    let title = row.iter().find(|tab| tab.here).map_or("", |tab| tab.label);
    let title = format!("{title} · {word}");
    let place = Place { title: &title, status: Some(sent.faults.status()), ..Place::default() };
    let branch = seen.at.depot.default_branch.clone();
    seen.at.show(visit, Here::Settings, &branch, place, Markup::default(), &body).await
}
