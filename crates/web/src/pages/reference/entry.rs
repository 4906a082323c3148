use maud::{Markup, html};
use serde_json::Value;

use super::{Entry, Known, Parameter, trial::Trial};
use crate::{
    components::{
        Column, Language, Source, Tone, badge, banner, breadcrumb, card, card_flush, code,
        copy_field, facts, highlight, table,
    },
    i18n::Text,
    layout::{Head, head},
    request::{Answer, Place, Visit},
};

pub(super) async fn show(visit: &Visit, entry: &Entry, trial: &Trial) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let crumbs = [
        (t.app_docs().to_owned(), "/docs/api".to_owned()),
        (entry.section.of(t.lang).to_owned(), String::new()),
    ];
    let top = Head {
        crumbs: breadcrumb(ui, "", &crumbs),
        title: entry.name.clone(),
        meta: html! { span { (entry.about.of(t.lang)) } },
        ..Head::default()
    };
    let body = html! {
        (head(&top))
        div.stack.s16 {
            @match &entry.known {
                Some(known) => (supported(visit, entry, known, trial)),
                None => (banner(Tone::Calm, t.reference_later(), &html! { p { (t.reference_later_about()) } })),
            }
            @if let Some(example) = &entry.answer {
                (card_flush(t.reference_answer_example(), None, &json(t.reference_answer_example(), example)))
            }
        }
    };
    visit
        .show(Place { title: &entry.name, status: Some(trial.status()), ..Place::default() }, body)
        .await
}

fn supported(visit: &Visit, entry: &Entry, known: &Known, trial: &Trial) -> Markup {
    let t = visit.ui.t;
    let scopes = html! {
        div.line.tight { @for scope in &known.scopes { (badge(scope, None)) } }
    };
    let about = [
        (t.reference_audience(), html! { (known.audience.of(t.lang)) }),
        (t.token_scopes(), scopes),
        (
            t.reference_effect(),
            html! { (if known.changes { t.reference_changes() } else { t.reference_reads() }) },
        ),
    ];
    html! {
        (card(t.reference_needs(), None, &facts(true, &about)))
        @if !known.parameters.is_empty() {
            (card_flush(t.reference_parameters(), None, &parameters(t, t.reference_parameters(), &known.parameters, true)))
        }
        (card(t.reference_request_example(), None, &copy_field(&visit.ui, &command(visit, entry, known))))
        (trial.draw(visit, entry, known))
        @if !known.fields.is_empty() {
            (card_flush(t.reference_answer(), None, &parameters(t, t.reference_answer(), &known.fields, false)))
        }
    }
}

/// The request as a command for a shell.
fn command(visit: &Visit, entry: &Entry, known: &Known) -> String {
    let mut example = entry.request.clone().unwrap_or_else(|| serde_json::json!({}));
    if let Some(fields) = example.as_object_mut() {
        // The address names it already.
        fields.shift_remove("Action");
    }
    let body = pretty(&example).replace('\'', "'\\''");
    format!(
        "curl {}{} \\\n  -H \"Authorization: token $TOKEN\" \\\n  -H 'Content-Type: application/json' \\\n  -d '{body}'",
        visit.base(),
        known.path
    )
}

/// A sentence with what stands between backticks as code.
fn words(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// A table of names and what they mean; `marked` shows which are needed.
fn parameters(t: Text, caption: &str, all: &[Parameter], marked: bool) -> Markup {
    let columns = [
        Column::text(t.reference_name()),
        Column::text(t.reference_kind()),
        Column::text(t.reference_meaning()),
    ];
    let lines: Vec<Vec<Markup>> = all
        .iter()
        .map(|parameter| {
            vec![
                html! {
                    code { (parameter.name) }
                    @if marked && parameter.required { " " (badge(t.reference_required(), Some(Tone::Info))) }
                },
                html! { (parameter.kind) },
                html! {
                    (words(parameter.about.of(t.lang)))
                    @if !parameter.choices.is_empty() {
                        div.line.tight { @for choice in &parameter.choices { code { (choice) } } }
                    }
                },
            ]
        })
        .collect();
    table(caption, &columns, &lines)
}

/// JSON with colours.
pub(super) fn json(label: &str, value: &Value) -> Markup {
    let text = pretty(value);
    code(&Source {
        lines: &highlight(Some(Language::Json), &text),
        first: 1,
        address: None,
        marked: None,
        notes: &[],
        label,
    })
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
