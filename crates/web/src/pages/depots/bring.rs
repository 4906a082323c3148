use axum::extract::Path;
use base::Write;
use depots::{ImportSource, InitialFiles, NewDepot};
use maud::html;

use super::create::visibility;
use crate::{
    components::{Button, Field, Icon, Weight, radios, switch},
    layout::{Head, Section, head},
    request::{Answer, Faults, Fields, Place, Visit, link},
    response,
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
    let new = NewDepot {
        name: name.to_owned(),
        description: fields.one("description").to_owned(),
        shared: fields.one("shared") == "team",
        default_branch: String::new(),
        files: InitialFiles::None,
    };
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
    match started {
        Ok(depot) => Ok(response::see_other(&link(&["p", &slug, "d", &depot.name], ""))),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &["url", "name", "description"])?;
            form(&visit, &slug, &fields, &faults).await
        }
    }
}

async fn form(visit: &Visit, slug: &str, fields: &Fields, faults: &Faults) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let project = visit.project::<Write>(slug).await?;
    let nav = visit.nav(&project).await?;
    let shared = if fields.on("shared") { fields.one("shared") } else { "project" };
    let hint = if visit.manages_team() { t.import_url_hint_admin() } else { t.import_url_hint() };
    let top = Head {
        title: t.nav_import_depot().to_owned(),
        meta: html! { span { (t.import_about()) } },
        ..Head::default()
    };
    let body = html! {
        div.column {
            (head(&top))
            div.card { div.body { form.form method="post" {
                (faults.banner(ui))
                (Field::new(ui, "url", t.import_url()).value(fields.one("url")).placeholder("https://example.com/group/project.git").hint(hint).mono().first().fault(faults.get("url")))
                (Field::new(ui, "name", t.depot_name()).value(fields.one("name")).hint(t.import_name_hint()).prefix(&format!("{slug}/")).mono().optional().fault(faults.get("name")))
                div.pair {
                    (Field::new(ui, "user", t.import_user()).value(fields.one("user")).optional().complete("off").mono())
                    (Field::new(ui, "password", t.import_password()).kind("password").optional().complete("off"))
                }
                (radios("shared", t.depot_who(), &visibility(visit), shared))
                (switch("mirror", t.import_mirror(), Some(t.import_mirror_hint()), fields.on("mirror")))
                div.acts {
                    (Button::submit(t.import_start()).weight(Weight::Primary).icon(Icon::Import))
                    (Button::link(t.action_cancel(), &link(&["p", slug, "depots"], "")).weight(Weight::Quiet))
                }
            } } }
        }
    };
    visit
        .show(
            Place {
                title: t.nav_import_depot(),
                project: Some(&nav),
                section: Section::Code,
                status: Some(faults.status()),
                ..Place::default()
            },
            body,
        )
        .await
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_from_addresses() {
        assert_eq!(super::name_of("https://a.example/b/c.git"), "c");
        assert_eq!(super::name_of("file:///srv/x/"), "x");
    }
}
