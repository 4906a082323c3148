use axum::http::StatusCode;
use maud::{Markup, Render as _, html};
use serde_json::{Map, Value};

use super::{Entry, Known, Parameter, Source, entry::json};
use crate::{
    components::{Button, Field, Tone, Weight, badge, card, card_flush},
    i18n::Text,
    request::{Fault, Faults, Fields, Visit, link},
};

/// What stands in the form, and what came of it.
#[derive(Debug)]
pub(super) struct Trial {
    fields: Fields,
    faults: Faults,
    answer: Option<Value>,
}

impl Trial {
    /// The form as it is first shown: empty, so that nobody changes by
    /// accident what the example names.
    pub(super) fn begun(_: &Entry) -> Self {
        Self { fields: Fields::default(), faults: Faults::default(), answer: None }
    }

    /// Does what was typed.
    pub(super) async fn run(
        source: &dyn Source,
        visit: &Visit,
        entry: &Entry,
        fields: Fields,
    ) -> Result<Self, Fault> {
        let known = entry.known.as_ref();
        let mut typed = Map::new();
        for parameter in known.into_iter().flat_map(asked) {
            match read(parameter, &fields) {
                Ok(None) => {}
                Ok(Some(value)) => {
                    typed.insert(parameter.name.clone(), value);
                }
                Err(NotJson) => {
                    let faults = Faults::field(&parameter.name, visit.ui.t.reference_not_json());
                    return Ok(Self { fields, faults, answer: None });
                }
            }
        }
        let answer = source.run(visit.call.clone(), &entry.name, typed).await;
        Ok(Self { fields, faults: Faults::default(), answer: Some(answer) })
    }

    pub(super) fn status(&self) -> StatusCode {
        self.faults.status()
    }

    pub(super) fn draw(&self, visit: &Visit, entry: &Entry, known: &Known) -> Markup {
        let t = visit.ui.t;
        let form = if visit.session.is_some() {
            self.form(visit, entry, known)
        } else {
            let address = link(&["docs", "api", &entry.name], "");
            let sign_in = format!("/login?next={}", crate::request::segment(&address));
            html! { p { (t.reference_stranger()) } div.acts { (Button::link(t.nav_sign_in(), &sign_in)) } }
        };
        html! {
            div id="try" { (card(t.reference_try(), None, &form)) }
            @if let Some(answer) = &self.answer {
                (card_flush(t.reference_got(), Some(&code_of(t, answer)), &json(t.reference_got(), answer)))
            }
        }
    }

    fn form(&self, visit: &Visit, entry: &Entry, known: &Known) -> Markup {
        let (ui, t) = (&visit.ui, visit.ui.t);
        let weight = if known.changes { Weight::Danger } else { Weight::Primary };
        html! {
            form.form method="post" action={ (link(&["docs", "api", &entry.name], "")) "#try" } {
                (self.faults.banner(ui))
                @if known.changes { p.small { (t.reference_really()) } }
                @for parameter in asked(known) { (self.input(visit, parameter)) }
                div.acts { (Button::submit(t.reference_send()).weight(weight).render()) }
            }
        }
    }

    fn input(&self, visit: &Visit, parameter: &Parameter) -> Markup {
        let t = visit.ui.t;
        let name = parameter.name.as_str();
        let about = parameter.about.of(t.lang).replace('`', "");
        let mut field = Field::new(&visit.ui, name, name)
            .value(self.fields.raw(name))
            .fault(self.faults.get(name))
            .mono();
        if !about.is_empty() {
            field = field.hint(&about);
        }
        if !parameter.required {
            field = field.optional();
        }
        let choices: Vec<&str> = if parameter.kind == "Boolean" {
            vec!["true", "false"]
        } else {
            parameter.choices.iter().map(String::as_str).collect()
        };
        if is_written_as_json(parameter) {
            field.area(4).placeholder(t.reference_json()).render()
        } else if choices.is_empty() {
            field.render()
        } else {
            let options: Vec<(&str, &str)> = std::iter::once(("", ""))
                .chain(choices.iter().map(|choice| (*choice, *choice)))
                .collect();
            field.choice(&options).render()
        }
    }
}

/// The parameters that have an input of their own.
fn asked(known: &Known) -> impl Iterator<Item = &Parameter> {
    known.parameters.iter().filter(|parameter| !parameter.name.contains('.'))
}

fn is_written_as_json(parameter: &Parameter) -> bool {
    parameter.kind.starts_with("Array") || matches!(&*parameter.kind, "Object" | "Any")
}

/// What was typed is no JSON.
#[derive(Debug)]
struct NotJson;

/// What was typed for a parameter; nothing for an empty input. Numbers and
/// flags go on as they were typed, because what is wrong with them is part of
/// what one tries.
fn read(parameter: &Parameter, fields: &Fields) -> Result<Option<Value>, NotJson> {
    let typed = fields.one(&parameter.name);
    if typed.is_empty() {
        return Ok(None);
    }
    if !is_written_as_json(parameter) {
        return Ok(Some(Value::String(fields.raw(&parameter.name).to_owned())));
    }
    let lines = parameter.kind.starts_with("Array of") && !typed.starts_with('[');
    if lines {
        return Ok(Some(typed.lines().map(|line| Value::from(line.trim())).collect()));
    }
    serde_json::from_str(typed).map(Some).map_err(|_| NotJson)
}

/// The error's code, or that it went well.
fn code_of(t: Text, answer: &Value) -> Markup {
    match answer["Response"]["Error"]["Code"].as_str() {
        Some(code) => badge(code, Some(Tone::Bad)),
        None => badge(t.reference_well(), Some(Tone::Ok)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::pages::reference::Words;

    fn parameter(kind: &str) -> Parameter {
        Parameter {
            name: "P".into(),
            kind: kind.into(),
            required: false,
            choices: Vec::new(),
            about: Words::default(),
        }
    }

    fn typed(kind: &str, text: &str) -> Result<Option<Value>, NotJson> {
        read(&parameter(kind), &Fields::of(&[("P", text)]))
    }

    #[test]
    fn what_is_typed_becomes_a_value() {
        assert_eq!(typed("Integer", "12").unwrap(), Some(json!("12")));
        assert_eq!(typed("String", "  ").unwrap(), None);
        assert_eq!(typed("Array of String", "ann\n bob").unwrap(), Some(json!(["ann", "bob"])));
        assert_eq!(typed("Array of String", "[\"ann\"]").unwrap(), Some(json!(["ann"])));
        assert_eq!(typed("Object", "{\"a\":1}").unwrap(), Some(json!({ "a": 1 })));
        assert!(typed("Object", "{").is_err());
        assert!(typed("Array of Object", "[{").is_err());
    }
}
