//! Who may manage what of identity.

use base::{Actor, Error, Result, Scope, TeamId, TeamRole, UserId, Via};
use call::Call;

const ADMIN: &str = "the role of an admin in the team";
const OWNER: &str = "the role of an owner in the team";

/// Checks that the caller manages the people of `team`.
pub(crate) fn manages(call: &Call, team: TeamId) -> Result<()> {
    in_team(call, team)?;
    if let Actor::User(user) = &call.actor {
        if user.role < TeamRole::Admin {
            return Err(Error::denied(ADMIN));
        }
        call.actor.needs_scope(Scope::TeamAdmin)?;
    }
    Ok(())
}

/// Checks that the caller may look at what the people of `team` keep there.
pub(crate) fn sees_people(call: &Call, team: TeamId) -> Result<()> {
    in_team(call, team)?;
    if let Actor::User(user) = &call.actor {
        if user.role < TeamRole::Admin {
            return Err(Error::denied(ADMIN));
        }
        call.actor.needs_scope_to_read(Scope::TeamAdmin)?;
    }
    Ok(())
}

/// Checks that the caller is an owner of `team`, or the installation.
pub(crate) fn owns(call: &Call, team: TeamId) -> Result<()> {
    manages(call, team)?;
    match &call.actor {
        Actor::User(user) if user.role < TeamRole::Owner => Err(Error::denied(OWNER)),
        _ => Ok(()),
    }
}

/// Checks that the caller acts in `team`; other teams do not exist for him.
pub(crate) fn in_team(call: &Call, team: TeamId) -> Result<()> {
    match &call.actor {
        Actor::System => Ok(()),
        Actor::Nobody => Err(Error::unauthenticated("sign in first")),
        Actor::User(user) if user.team == team => Ok(()),
        Actor::User(_) | Actor::DeployKey(_) => Err(Error::not_found("team")),
    }
}

/// Checks that the caller is `user` himself and has signed in in person, or is
/// the installation. What was handed to a program must not make more of its
/// kind.
pub(crate) fn in_person(call: &Call, user: UserId) -> Result<()> {
    match &call.actor {
        Actor::System => Ok(()),
        Actor::Nobody => Err(Error::unauthenticated("sign in first")),
        Actor::DeployKey(_) => Err(Error::not_found("user")),
        Actor::User(actor) if actor.id != user => Err(Error::not_found("user")),
        Actor::User(actor) => match actor.via {
            Via::Session | Via::Password => Ok(()),
            Via::Token | Via::AccessKey | Via::OAuth | Via::SshKey => {
                Err(Error::denied("to have signed in with your password"))
            }
        },
    }
}

/// The team that a call is about: the one named, or the caller's own.
pub(crate) fn team_of(call: &Call, named: Option<TeamId>) -> Result<TeamId> {
    match (&call.actor, named) {
        (_, Some(team)) => Ok(team),
        (Actor::User(user), None) => Ok(user.team),
        (Actor::DeployKey(key), None) => Ok(key.team),
        (Actor::System, None) => Err(Error::missing("team")),
        (Actor::Nobody, None) => Err(Error::unauthenticated("sign in first")),
    }
}
