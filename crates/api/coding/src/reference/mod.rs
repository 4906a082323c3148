//! The reference of the API, drawn from the registry and the document: as data
//! for pages, and as an OpenAPI document for tools.

mod openapi;
mod table;

pub use openapi::openapi;
pub use table::ParameterDoc;

use serde_json::Value;

use crate::action::Access;
use crate::document::{self, Documented, Entry, Section};
pub use crate::needs::Audience;
use crate::registry::{self, Registered, Schemas};

/// What is to be known about an action of the document.
#[derive(Debug, Clone)]
pub struct ActionDoc {
    /// Its name.
    pub name: &'static str,
    /// The section that it stands in.
    pub section: Section,
    /// What it does, in Chinese.
    pub title: &'static str,
    /// The rest, or nothing while it is not supported.
    pub supported: Option<SupportedDoc>,
    /// The document's example of a request.
    pub example_request: Option<&'static Value>,
    /// The document's example of an answer.
    pub example_answer: Option<&'static Value>,
}

/// What is to be known about an action that can be done.
#[derive(Debug, Clone)]
pub struct SupportedDoc {
    /// What it does, in English.
    pub summary: &'static str,
    /// Who may do it.
    pub audience: Audience,
    /// The scope that a token must have.
    pub access: Access,
    /// Its parameters, with those of the objects and lists among them.
    pub parameters: Vec<ParameterDoc>,
    /// The fields of its answer, with those of the objects and lists among them.
    pub answer: Vec<ParameterDoc>,
    /// The JSON schema of its answer, without the `RequestId`.
    pub answer_schema: Value,
}

/// Every action of the document in its order, supported or not.
pub fn describe() -> Vec<ActionDoc> {
    document::all().iter().map(action).collect()
}

fn action(found: &'static Documented) -> ActionDoc {
    ActionDoc {
        name: &found.name,
        section: found.section,
        title: &found.entry.title,
        supported: registry::find(&found.name).map(|action| supported(action, &found.entry)),
        example_request: found.entry.request.as_ref(),
        example_answer: found.entry.response.as_ref(),
    }
}

fn supported(action: &Registered, entry: &'static Entry) -> SupportedDoc {
    let mut generator = table::generator();
    let Schemas { target, params, answer } = (action.schemas)(&mut generator);
    let mut parameters = table::rows(target.as_value());
    parameters.extend(table::rows(params.as_value()));
    for parameter in &mut parameters {
        parameter.zh = entry.meaning_of(&parameter.name);
    }
    let mut fields = table::rows(answer.as_value());
    for field in &mut fields {
        field.zh = entry.meaning_of_field(&field.name);
    }
    SupportedDoc {
        summary: action.summary,
        audience: action.audience,
        access: action.access,
        parameters,
        answer: fields,
        answer_schema: answer.to_value(),
    }
}
