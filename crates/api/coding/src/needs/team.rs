//! Rights in the caller's team.

use base::{Result, UserActor};
use call::Call;

use super::{Audience, Need};
use crate::action::NoParams;

/// Somebody is signed in. The action's domain calls show him what he may see.
pub(crate) struct SignedIn;

impl Need for SignedIn {
    type Target = NoParams;
    type Held = UserActor;
    const AUDIENCE: Audience = Audience::SignedIn;

    async fn check(call: &Call, _: NoParams) -> Result<UserActor> {
        call.actor.user().cloned()
    }
}
