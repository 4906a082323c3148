//! Every component in all its states, in the reader's language and colours:
//! `/-/ui`.

mod controls;
mod pictures;
mod text;

use maud::{Markup, html};

use crate::{
    components::breadcrumb,
    layout::{Head, Person, Project, Section, Shell, head, page},
    ui::Ui,
};

/// The story page.
#[must_use]
pub fn stories(ui: &Ui) -> Markup {
    let person = Person { name: "ada".into(), display: "Ada Lovelace".into(), admin: true };
    let project =
        Project { slug: "engine".into(), display: "Analytical Engine".into(), manage: true };
    let projects = [
        ("engine".to_owned(), "Analytical Engine".to_owned()),
        ("loom".to_owned(), "Loom 织机".to_owned()),
    ];
    let shell = Shell {
        person: Some(&person),
        projects: &projects,
        project: Some(&project),
        section: Section::Analysis,
        ..Shell::new(*ui, "Components")
    };
    let top = Head {
        crumbs: breadcrumb(
            ui,
            "",
            &[
                ("Analytical Engine".into(), "/p/engine".into()),
                ("Components".into(), String::new()),
            ],
        ),
        title: "Components".into(),
        meta: html! { span { "Every part of the furniture, in all its states." } },
        ..Head::default()
    };
    page(
        &shell,
        &html! { (head(&top)) div.stack.s32 { (controls::stories(ui)) (pictures::stories(ui)) (text::stories(ui)) } },
    )
}

/// One component: its name, and how it looks.
fn story(name: &str, body: &Markup) -> Markup {
    html! { section.story { h2 { (name) } (body) } }
}
