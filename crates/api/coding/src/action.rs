//! What an action is.

use std::future::Future;

use base::{Actor, Result, Scope};
use call::Call;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::needs::Need;

/// One action: its declaration, and what it does.
///
/// The dispatcher reads the right that [`Action::Needs`] asks for before
/// [`Action::run`] can start; `run` gets what was found, as proof.
pub(crate) trait Action: 'static {
    /// The name that clients send.
    const NAME: &'static str;
    /// What it does, in one English sentence; the document has the Chinese.
    const SUMMARY: &'static str;
    /// The scope that a token must have, and whether to change something.
    const ACCESS: Access;
    /// How the action spells fields that its domain calls something else, as
    /// `(domain's, action's)`. `display_name` becomes `DisplayName` by itself.
    const FIELDS: &'static [(&'static str, &'static str)] = &[];

    /// Who may do it, and to what; `OnProject<Read>`.
    type Needs: Need;
    /// What else it is told.
    type Params: DeserializeOwned + JsonSchema + Send;
    /// What it answers, without the `RequestId`; a struct.
    type Answer: Serialize + JsonSchema + Send;

    /// Does it.
    fn run(
        call: &Call,
        held: <Self::Needs as Need>::Held,
        params: Self::Params,
    ) -> impl Future<Output = Result<Self::Answer>> + Send;
}

/// What a token must be good for: any of the scopes will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reading within one of the scopes.
    Reads(&'static [Scope]),
    /// Changing within one of the scopes.
    Changes(&'static [Scope]),
}

impl Access {
    /// The scopes; never empty.
    pub fn scopes(self) -> &'static [Scope] {
        match self {
            Self::Reads(scopes) | Self::Changes(scopes) => scopes,
        }
    }

    /// Whether the action changes something.
    pub fn changes(self) -> bool {
        matches!(self, Self::Changes(_))
    }

    pub(crate) fn check(self, actor: &Actor) -> Result<()> {
        let allows = |scope: Scope| match self {
            Self::Reads(_) => actor.needs_scope_to_read(scope),
            Self::Changes(_) => actor.needs_scope(scope),
        };
        let mut answer = Ok(());
        for scope in self.scopes().iter().rev() {
            answer = allows(*scope);
            if answer.is_ok() {
                break;
            }
        }
        answer
    }
}

/// Parameters of an action that is told nothing beyond what it needs.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct NoParams {}

/// The answer of an action that has nothing to say.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Done {}
