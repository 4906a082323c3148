//! Rights in the caller's team.

use base::{Error, Result, TeamRole, UserActor};
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

/// An admin or owner of the team that he acts in. The domain decides whom and
/// what of the team he reaches.
pub(crate) struct TeamAdmin;

impl Need for TeamAdmin {
    type Target = NoParams;
    type Held = UserActor;
    const AUDIENCE: Audience = Audience::TeamAdmins;

    async fn check(call: &Call, _: NoParams) -> Result<UserActor> {
        let user = call.actor.user()?;
        if user.role < TeamRole::Admin {
            return Err(Error::denied("the role of an admin in the team"));
        }
        Ok(user.clone())
    }
}
