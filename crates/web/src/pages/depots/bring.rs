use axum::extract::Path;
use base::Write;
use depots::ImportSource;
use maud::html;

use super::form::{Sheet, answer, asked_for, who_reads};
use crate::{
    components::{Button, Field, Icon, Weight, switch},
    request::{Answer, Faults, Fields, Visit},
};

pub(super) async fn show(visit: Visit, Path(slug): Path<String>) -> Answer {
    form(&visit, &slug, &Fields::default(), &Faults::default()).await
}

/// The last part of an address, without `.git`.
fn name_of(url: &str) -> &str {
    let last = url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    last.strip_suffix(".git").unwrap_or(last)
}

pub(super) async fn start(visit: Visit, Path(slug): Path<String>, fields: Fields) -> Answer {
    let project = visit.project::<Write>(&slug).await?;
    let url = fields.one("url");
    let name = if fields.one("name").is_empty() { name_of(url) } else { fields.one("name") };
    let new = asked_for(&fields, name);
    let source = ImportSource {
        url: url.to_owned(),
        user: fields.one("user").to_owned(),
        password: fields.raw("password").to_owned(),
    };
    let started = if fields.on("mirror") {
        depots::register_outside(&visit.call, &project, new, &source).await
    } else {
        depots::import(&visit.call, &project, new, &source).await
    };
    match answer(&visit, &slug, started)? {
        Ok(made) => Ok(made),
        Err(faults) => form(&visit, &slug, &fields, &faults).await,
    }
}

async fn form(visit: &Visit, slug: &str, fields: &Fields, faults: &Faults) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let hint = if visit.manages_team() { t.import_url_hint_admin() } else { t.import_url_hint() };
    let inside = html! {
        (Field::new(ui, "url", t.import_url()).value(fields.one("url")).placeholder("https://example.com/group/project.git").hint(hint).mono().first().fault(faults.get("url")))
        (Field::new(ui, "name", t.depot_name()).value(fields.one("name")).hint(t.import_name_hint()).prefix(&format!("{slug}/")).mono().optional().fault(faults.get("name")))
        div.pair {
            (Field::new(ui, "user", t.import_user()).value(fields.one("user")).optional().complete("off").mono())
            (Field::new(ui, "password", t.import_password()).kind("password").optional().complete("off"))
        }
        (who_reads(visit, fields.one("shared")))
        (switch("mirror", t.import_mirror(), Some(t.import_mirror_hint()), fields.on("mirror")))
    };
    let sheet = Sheet {
        title: t.nav_import_depot(),
        about: t.import_about(),
        send: Button::submit(t.import_start()).weight(Weight::Primary).icon(Icon::Import),
    };
    sheet.show(visit, slug, faults, &inside).await
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_from_addresses() {
        assert_eq!(super::name_of("https://a.example/b/c.git"), "c");
        assert_eq!(super::name_of("file:///srv/x/"), "x");
    }
}
