//! The list of actions, each with its types left behind.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::LazyLock;

use base::{Error, Result};
use call::Call;
use schemars::{JsonSchema as _, Schema, SchemaGenerator};

use crate::action::{Access, Action};
use crate::actions;
use crate::codes::spell_field;
use crate::decode::Input;
use crate::needs::{Audience, Need};

/// An action's run, under way: its answer as the text of a JSON object.
pub(crate) type Running = Pin<Box<dyn Future<Output = Result<Vec<u8>>> + Send>>;

/// An action as the dispatcher and the reference see it.
#[derive(Debug)]
pub(crate) struct Registered {
    /// [`Action::NAME`].
    pub(crate) name: &'static str,
    /// [`Action::SUMMARY`].
    pub(crate) summary: &'static str,
    /// [`Action::ACCESS`].
    pub(crate) access: Access,
    /// The right that [`Action::Needs`] asks for.
    pub(crate) audience: Audience,
    /// Checks the right, reads the parameters, does it.
    pub(crate) run: fn(Call, Input) -> Running,
    /// The types of what goes in and out.
    pub(crate) schemas: fn(&mut SchemaGenerator) -> Schemas,
}

/// The types of an action.
#[derive(Debug)]
pub(crate) struct Schemas {
    /// The parameters that say to what it is done.
    pub(crate) target: Schema,
    /// The other parameters.
    pub(crate) params: Schema,
    /// The answer without its `RequestId`.
    pub(crate) answer: Schema,
}

impl Registered {
    /// The action `A`.
    pub(crate) const fn of<A: Action>() -> Self {
        Self {
            name: A::NAME,
            summary: A::SUMMARY,
            access: A::ACCESS,
            audience: <A::Needs as Need>::AUDIENCE,
            run: |call, input| Box::pin(run::<A>(call, input)),
            schemas: |generator| Schemas {
                target: <A::Needs as Need>::Target::json_schema(generator),
                params: A::Params::json_schema(generator),
                answer: A::Answer::json_schema(generator),
            },
        }
    }
}

async fn run<A: Action>(call: Call, input: Input) -> Result<Vec<u8>> {
    let spelt = |error: Error| spell_field(error, A::FIELDS);
    // Strangers learn nothing, not even what a request lacks.
    call.actor.user()?;
    A::ACCESS.check(&call.actor)?;
    let target = input.decode()?;
    let held = <A::Needs as Need>::check(&call, target).await.map_err(spelt)?;
    let params = input.decode()?;
    let answer = A::run(&call, held, params).await.map_err(spelt)?;
    Ok(serde_json::to_vec(&answer)?)
}

/// Every action, section by section.
pub(crate) fn all() -> impl Iterator<Item = &'static Registered> {
    actions::SECTIONS.iter().flat_map(|section| section.iter())
}

/// The action of that name.
pub(crate) fn find(name: &str) -> Option<&'static Registered> {
    static BY_NAME: LazyLock<HashMap<&str, &Registered>> =
        LazyLock::new(|| all().map(|action| (action.name, action)).collect());
    BY_NAME.get(name).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::document;

    #[test]
    fn every_action_stands_in_the_document_and_once_in_the_list() {
        let names: BTreeSet<&str> = all().map(|action| action.name).collect();
        assert_eq!(names.len(), all().count(), "an action is registered twice");
        for name in names {
            assert!(document::find(name).is_some(), "the document has no {name}");
        }
    }

    #[test]
    fn every_action_stands_in_the_section_of_the_document() {
        for section in actions::SECTIONS {
            let keys: BTreeSet<&str> = section
                .iter()
                .filter_map(|action| Some(document::find(action.name)?.section.key))
                .collect();
            assert!(keys.len() <= 1, "actions of {keys:?} are in one list");
        }
    }

    #[test]
    fn answers_are_objects_and_every_action_asks_for_a_scope() {
        let mut generator = SchemaGenerator::default();
        for action in all() {
            let schemas = (action.schemas)(&mut generator);
            let kind = schemas.answer.get("type").and_then(|kind| kind.as_str());
            assert_eq!(kind, Some("object"), "{}", action.name);
            assert!(!action.access.scopes().is_empty(), "{}", action.name);
        }
    }
}
