//! The Open API's registry as the pages of the reference want it.

use std::sync::OnceLock;

use api_coding::OpenApi;
use api_coding::reference::{self, ActionDoc, ParameterDoc, SupportedDoc};
use call::Call;
use serde_json::{Map, Value};
use web::reference::{Entry, Known, Listed, Parameter, Running, Section, Source, Words};

/// Knows the actions, and does them with `api`.
pub(crate) struct Reference {
    api: OpenApi,
    /// Made when somebody first reads it: it is large and never changes.
    actions: OnceLock<Vec<ActionDoc>>,
}

impl Reference {
    pub(crate) fn new(api: OpenApi) -> Self {
        Self { api, actions: OnceLock::new() }
    }

    fn actions(&self) -> &[ActionDoc] {
        self.actions.get_or_init(reference::describe)
    }
}

impl Source for Reference {
    fn sections(&self) -> Vec<Section> {
        let mut sections: Vec<Section> = Vec::new();
        for action in self.actions() {
            let key = action.section.key;
            if sections.last().is_none_or(|section| section.key != key) {
                let name = words(action.section.en, action.section.zh);
                sections.push(Section { key: key.to_owned(), name, actions: Vec::new() });
            }
            if let Some(section) = sections.last_mut() {
                section.actions.push(Listed {
                    name: action.name.to_owned(),
                    about: about(action),
                    supported: action.supported.is_some(),
                });
            }
        }
        sections
    }

    fn entry(&self, action: &str) -> Option<Entry> {
        let action = self.actions().iter().find(|known| known.name == action)?;
        Some(Entry {
            name: action.name.to_owned(),
            section: words(action.section.en, action.section.zh),
            about: about(action),
            request: action.example_request.cloned(),
            answer: action.example_answer.cloned(),
            known: action.supported.as_ref().map(|supported| known(action.name, supported)),
        })
    }

    fn machine_readable(&self, address: &str) -> Value {
        reference::openapi(address)
    }

    fn run(&self, call: Call, action: &str, fields: Map<String, Value>) -> Running {
        let (api, action) = (self.api.clone(), action.to_owned());
        Box::pin(async move {
            let answer = api.answer(call, &action, fields).await;
            serde_json::from_slice(&answer.body).unwrap_or_default()
        })
    }
}

fn known(name: &str, action: &SupportedDoc) -> Known {
    Known {
        path: format!("/open-api/{name}"),
        audience: words(&action.audience.to_string(), &action.audience.in_chinese()),
        scopes: action.access.scopes().iter().map(|scope| scope.name().to_owned()).collect(),
        changes: action.access.changes(),
        parameters: action.parameters.iter().map(parameter).collect(),
        fields: action.answer.iter().map(parameter).collect(),
    }
}

fn about(action: &ActionDoc) -> Words {
    words(action.supported.as_ref().map_or("", |supported| supported.summary), action.title)
}

fn parameter(row: &ParameterDoc) -> Parameter {
    Parameter {
        name: row.name.clone(),
        kind: row.kind.clone(),
        required: row.required,
        choices: row.choices.clone(),
        about: words(&row.en, row.zh),
    }
}

fn words(en: &str, zh: &str) -> Words {
    Words { en: en.to_owned(), zh: zh.to_owned() }
}
