use axum::extract::Path;
use base::Write;
use depots::{InitialFiles, NewDepot};
use git::ObjectFormat;
use maud::{Markup, html};

use super::form::{Sheet, answer, asked_for, who_reads};
use crate::{
    components::{Answer as Choice, Button, Field, Weight, radios, switch},
    request::{Answer, Faults, Fields, Visit},
};

pub(super) async fn show(visit: Visit, Path(slug): Path<String>) -> Answer {
    form(&visit, &slug, &Fields::of(&[("default_branch", "main")]), &Faults::default()).await
}

pub(super) async fn create(visit: Visit, Path(slug): Path<String>, fields: Fields) -> Answer {
    let project = visit.project::<Write>(&slug).await?;
    let new = NewDepot {
        default_branch: fields.one("default_branch").to_owned(),
        format: ObjectFormat::from_name(fields.one("object_format")).unwrap_or_default(),
        files: if fields.on("readme") { InitialFiles::Readme } else { InitialFiles::None },
        ..asked_for(&fields, fields.one("name"))
    };
    match answer(&visit, &slug, depots::create(&visit.call, &project, new).await)? {
        Ok(made) => Ok(made),
        Err(faults) => form(&visit, &slug, &fields, &faults).await,
    }
}

async fn form(visit: &Visit, slug: &str, fields: &Fields, faults: &Faults) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let inside = html! {
        (Field::new(ui, "name", t.depot_name()).value(fields.one("name")).hint(t.depot_name_hint()).prefix(&format!("{slug}/")).mono().first().fault(faults.get("name")))
        (Field::new(ui, "description", t.project_description()).value(fields.one("description")).optional().fault(faults.get("description")))
        (who_reads(visit, fields.one("shared")))
        (Field::new(ui, "default_branch", t.depot_default_branch()).value(fields.one("default_branch")).mono().fault(faults.get("default_branch")))
        (switch("readme", t.depot_readme(), Some(t.depot_readme_hint()), fields.on("readme")))
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
