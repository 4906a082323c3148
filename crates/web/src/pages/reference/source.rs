use std::pin::Pin;

use call::Call;
use serde_json::{Map, Value};

use crate::i18n::Lang;

/// An action that has been started: what it answers, as JSON.
pub type Running = Pin<Box<dyn Future<Output = Value> + Send>>;

/// Where the pages learn what actions there are.
pub trait Source: Send + Sync + 'static {
    /// Every section with its actions, in the order in which they are shown.
    fn sections(&self) -> Vec<Section>;

    /// Everything about an action, if there is one of that name.
    fn entry(&self, action: &str) -> Option<Entry>;

    /// The whole as a document for tools. `address` is the installation's.
    fn machine_readable(&self, address: &str) -> Value;

    /// Does the action; what goes wrong is an answer too.
    fn run(&self, call: Call, action: &str, fields: Map<String, Value>) -> Running;
}

/// The same in both languages; where one is empty the other is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Words {
    /// In this language, if there are any.
    pub(super) fn of(&self, lang: Lang) -> &str {
        let (first, second) = match lang {
            Lang::En => (&self.en, &self.zh),
            Lang::Zh => (&self.zh, &self.en),
        };
        if first.is_empty() { second } else { first }
    }
}

/// A section of the reference.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its part of the address, after `#`.
    pub key: String,
    /// Its name.
    pub name: Words,
    /// Its actions.
    pub actions: Vec<Listed>,
}

/// An action in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// What it does.
    pub about: Words,
    /// Whether it can be done here.
    pub supported: bool,
}

/// Everything about an action.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its section's name.
    pub section: Words,
    /// What it does.
    pub about: Words,
    /// An example of a request.
    pub request: Option<Value>,
    /// An example of an answer.
    pub answer: Option<Value>,
    /// The rest, if it can be done here.
    pub known: Option<Known>,
}

/// What is known about an action that can be done.
#[derive(Clone, Debug)]
pub struct Known {
    /// Where to send it: `/open-api/{action}`.
    pub path: String,
    /// Who may do it.
    pub audience: Words,
    /// The scopes of which a token needs one.
    pub scopes: Vec<String>,
    /// Whether it changes something.
    pub changes: bool,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// The fields of its answer.
    pub fields: Vec<Parameter>,
}

/// A parameter, or a field of an answer.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name; `Filter.N.Name` for what is in a list.
    pub name: String,
    /// `Integer`, `Float`, `Boolean`, `String`, `Object`, `Any`, or an
    /// `Array of` these.
    pub kind: String,
    /// Whether it must be there.
    pub required: bool,
    /// The values that it can have, where those are few.
    pub choices: Vec<String>,
    /// What it means.
    pub about: Words,
}
