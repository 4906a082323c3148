use axum::extract::Path;
use base::{Error, Read, Write};
use depots::{
    DepotKey, InitialFiles, NewDepot,
    initial::{self, Chosen, Ignore, Licence, Template},
};
use git::ObjectFormat;
use maud::{Markup, html};

use super::form::{Sheet, answer, asked_for, who_reads};
use crate::{
    components::{Answer as Choice, Button, Field, Weight, radios, switch},
    i18n::Text,
    request::{Answer, Faults, Fields, Visit},
};

pub(super) async fn show(visit: Visit, Path(slug): Path<String>) -> Answer {
    form(&visit, &slug, &Fields::of(&[("default_branch", "main")]), &Faults::default()).await
}

pub(super) async fn create(visit: Visit, Path(slug): Path<String>, fields: Fields) -> Answer {
    let project = visit.project::<Write>(&slug).await?;
    let made = match files(&visit, &fields).await {
        Ok(files) => {
            let new = NewDepot {
                default_branch: fields.one("default_branch").to_owned(),
                format: ObjectFormat::from_name(fields.one("object_format")).unwrap_or_default(),
                files,
                ..asked_for(&fields, fields.one("name"))
            };
            depots::create(&visit.call, &project, new).await
        }
        Err(error) => Err(error),
    };
    match answer(&visit, &slug, made)? {
        Ok(made) => Ok(made),
        Err(faults) => form(&visit, &slug, &fields, &faults).await,
    }
}

/// What the first commit is to hold.
async fn files(visit: &Visit, fields: &Fields) -> Result<InitialFiles, Error> {
    let licence = chosen(fields, "licence", Licence::from_key)?;
    let ignore = chosen(fields, "ignore", Ignore::from_key)?;
    let template = chosen(fields, "template", Template::from_key)?;
    let like = fields.one("like");
    if let Some(template) = template {
        if !like.is_empty() {
            return Err(Error::invalid("like", "must be empty where a template is chosen"));
        }
        return Ok(InitialFiles::Template { template, licence });
    }
    if like.is_empty() {
        let readme = fields.on("readme");
        return Ok(InitialFiles::Chosen(Chosen { readme, licence, ignore }));
    }
    let missing = || Error::invalid("like", "is no depot that you may read");
    let (project, name) = like.trim_matches('/').split_once('/').ok_or_else(missing)?;
    let team = visit.call.actor.user()?.team;
    let id = projects::id_by_name(visit.call.db.reader(), team, project).await?;
    let key = DepotKey::InProject(id.ok_or_else(missing)?, name);
    let source = match depots::authorise::<Read>(&visit.call, key).await {
        Err(Error::NotFound { .. }) => return Err(missing()),
        other => other?,
    };
    match initial::copied(&visit.call, &source).await {
        Err(Error::NotFound { .. }) => Err(Error::invalid("like", "has no files yet")),
        other => other,
    }
}

/// What was chosen from a list, if anything was.
fn chosen<T>(
    fields: &Fields,
    name: &'static str,
    find: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Error> {
    match fields.one(name) {
        "" => Ok(None),
        key => find(key).map(Some).ok_or_else(|| Error::invalid(name, "is none of the list")),
    }
}

/// A list to choose from, with nothing first.
fn choices<T: Copy>(
    t: Text,
    all: &[T],
    key: fn(T) -> &'static str,
    title: fn(T) -> &'static str,
) -> Vec<(&'static str, &'static str)> {
    let nothing = [("", t.depot_without())];
    nothing.into_iter().chain(all.iter().map(|one| (key(*one), title(*one)))).collect()
}

async fn form(visit: &Visit, slug: &str, fields: &Fields, faults: &Faults) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let licences = choices(t, &Licence::ALL, Licence::key, Licence::title);
    let ignores = choices(t, &Ignore::ALL, Ignore::key, Ignore::title);
    let templates = choices(t, &Template::ALL, Template::key, Template::title);
    let inside = html! {
        (Field::new(ui, "name", t.depot_name()).value(fields.one("name")).hint(t.depot_name_hint()).prefix(&format!("{slug}/")).mono().first().fault(faults.get("name")))
        (Field::new(ui, "description", t.project_description()).value(fields.one("description")).optional().fault(faults.get("description")))
        (who_reads(visit, fields.one("shared")))
        (Field::new(ui, "default_branch", t.depot_default_branch()).value(fields.one("default_branch")).mono().fault(faults.get("default_branch")))
        (switch("readme", t.depot_readme(), Some(t.depot_readme_hint()), fields.on("readme")))
        div.pair {
            (Field::new(ui, "licence", t.depot_licence()).choice(&licences).value(fields.one("licence")).optional().fault(faults.get("licence")))
            (Field::new(ui, "ignore", t.depot_ignore()).choice(&ignores).value(fields.one("ignore")).optional().fault(faults.get("ignore")))
        }
        (Field::new(ui, "template", t.depot_template()).choice(&templates).value(fields.one("template")).optional().hint(t.depot_template_hint()).fault(faults.get("template")))
        (Field::new(ui, "like", t.depot_like()).value(fields.one("like")).hint(t.depot_like_hint()).placeholder("project/depot").mono().optional().fault(faults.get("like")))
        (object_format(visit, fields.one("object_format")))
    };
    let sheet = Sheet {
        title: t.nav_create_depot(),
        about: t.depot_about(),
        send: Button::submit(t.action_create()).weight(Weight::Primary),
    };
    sheet.show(visit, slug, faults, &inside).await
}

/// The question how objects are named; by SHA-1 where nothing is said.
fn object_format(visit: &Visit, chosen: &str) -> Markup {
    let t = visit.ui.t;
    let all = [
        (ObjectFormat::Sha1, "SHA-1", t.depot_format_sha1()),
        (ObjectFormat::Sha256, "SHA-256", t.depot_format_sha256()),
    ]
    .map(|(format, label, hint)| Choice { value: format.name(), label, hint: Some(hint) });
    let chosen = ObjectFormat::from_name(chosen).unwrap_or_default();
    radios("object_format", t.depot_format(), &all, chosen.name())
}
