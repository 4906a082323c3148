//! From a name and its parameters to an answer: what is the same for every
//! action is done here.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base::{Error, Result, UserId};
use call::{Call, Env};
use door::limit::network;
use door::{Limiter, Rate};
use serde_json::{Map, Value};
use tracing::Instrument as _;

use crate::codes::Code;
use crate::decode::Input;
use crate::document;
use crate::envelope::Answer;
use crate::registry::{self, Registered, Running};

/// What an operator may set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How many actions a second one user may have done, and at once as many;
    /// for whoever is not signed in the same by address. Without it as many as
    /// he likes.
    pub actions_per_second: Option<NonZeroU32>,
    /// How long reading may take. What changes something is never cut short.
    pub deadline: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { actions_per_second: None, deadline: Duration::from_secs(30) }
    }
}

/// The Open API. Cheap to clone.
#[derive(Debug, Clone)]
pub struct OpenApi {
    limiter: Option<Arc<Limiter<Whose>>>,
    deadline: Duration,
}

/// Whose requests are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Whose {
    User(UserId),
    Network(Option<String>),
}

impl OpenApi {
    /// The Open API of the installation under these settings.
    pub fn new(settings: &Settings, env: &Env) -> Self {
        let limiter = settings
            .actions_per_second
            .map(|rate| Arc::new(Limiter::new(Rate { per_second: rate, burst: rate }, env)));
        Self { limiter, deadline: settings.deadline }
    }

    /// Does the action `name`. Never fails: what goes wrong is the answer.
    pub async fn answer(&self, call: Call, name: &str, fields: Map<String, Value>) -> Answer {
        let begun = Instant::now();
        let found = registry::find(name);
        let label = found.map_or("unknown", |action| action.name);
        let span = tracing::info_span!("action", name = label, request_id = %call.request_id);
        let request_id = call.request_id.clone();
        let outcome = self.outcome(call, name, found, fields).instrument(span.clone()).await;
        let answer = match outcome {
            Ok(object) => Answer::done(&object, &request_id),
            Err((code, error)) => {
                span.in_scope(|| door::log_internal(&error));
                Answer::refused(code, &error.to_string(), &request_id)
            }
        };
        let code = answer.code.map_or("OK", Code::as_str);
        metrics::counter!("coding_actions_total", "action" => label, "code" => code).increment(1);
        metrics::histogram!("coding_action_seconds", "action" => label)
            .record(begun.elapsed().as_secs_f64());
        answer
    }

    async fn outcome(
        &self,
        call: Call,
        name: &str,
        found: Option<&'static Registered>,
        fields: Map<String, Value>,
    ) -> Result<Vec<u8>, (Code, Error)> {
        let coded = |error: Error| (Code::of(&error), error);
        self.within_rate(&call).map_err(coded)?;
        let Some(action) = found else {
            return Err(unknown(name));
        };
        let input = Input::new(fields);
        if action.access.changes() {
            // On a task of its own: a client that goes away must not leave
            // half of a change behind.
            let task = tokio::spawn((action.run)(call, input).in_current_span());
            task.await.map_err(|error| coded(Error::internal(error)))?.map_err(coded)
        } else {
            in_time(self.deadline, (action.run)(call, input)).await.map_err(coded)
        }
    }

    fn within_rate(&self, call: &Call) -> Result<()> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        limiter.check(&match call.actor.user_id() {
            Some(user) => Whose::User(user),
            None => Whose::Network(call.address.map(network)),
        })
    }
}

/// Gives up on `running` when the deadline has passed.
async fn in_time(deadline: Duration, running: Running) -> Result<Vec<u8>> {
    match tokio::time::timeout(deadline, running).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Error::unavailable("this took too long")),
    }
}

fn unknown(name: &str) -> (Code, Error) {
    if name.is_empty() {
        (Code::MissingParameter, Error::missing("Action"))
    } else if document::names(name) {
        let why = format!("the action {name} is not supported yet");
        (Code::UnsupportedOperation, Error::unsupported(why))
    } else {
        (Code::InvalidAction, Error::not_found("action"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_takes_too_long_is_given_up() {
        let never: Running = Box::pin(std::future::pending());
        let error = in_time(Duration::from_millis(1), never).await.unwrap_err();
        assert_eq!(Code::of(&error), Code::ResourceUnavailable);
        let soon: Running = Box::pin(async { Ok(b"{}".to_vec()) });
        assert_eq!(in_time(Duration::from_secs(60), soon).await.unwrap(), b"{}");
    }
}
