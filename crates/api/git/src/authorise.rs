//! From a request to a depot that the caller may use.

use base::{Actor, AtLeast, Granted, Read, Result, Right, Scope};
use call::{Call, Env};
use depots::{Depot, DepotKey};
use git::Repository;
use http::request::Parts;
use identity::authenticate;

/// The names in an address.
pub(crate) type Names = (String, String, String);

/// A depot that was asked for and may be used.
pub(crate) struct Opened<R: Right> {
    pub(crate) call: Call,
    pub(crate) depot: Granted<Depot, R>,
    pub(crate) repository: Repository,
}

/// Settles who asks and whether he holds the right `R`.
///
/// # Errors
/// `Unauthenticated` when nobody has signed in, or wrongly; else as
/// [`depots::authorise`].
pub(crate) async fn open<R: Right + AtLeast<Read>>(
    env: &Env,
    (team, project, depot): &Names,
    parts: &Parts,
) -> Result<Opened<R>> {
    let call = caller(env, team, parts).await?;
    check_scope::<R>(&call)?;
    let name = depot.strip_suffix(".git").unwrap_or(depot);
    let depot = depots::authorise::<R>(&call, DepotKey::Path(team, project, name)).await?;
    let repository = depots::repository(env, &depot)?;
    Ok(Opened { call, depot, repository })
}

/// Whether the depot was asked for by an address that it has left.
pub(crate) fn has_left(depot: &Depot, (_, project, name): &Names) -> bool {
    depot.project_name != *project || depot.name != name.strip_suffix(".git").unwrap_or(name)
}

/// The call by whomever the request shows, in the team that its address names
/// where he is in it.
///
/// # Errors
/// `Unauthenticated` when he has signed in wrongly.
pub(crate) async fn caller(env: &Env, team: &str, parts: &Parts) -> Result<Call> {
    let call = door::anonymous(env, parts);
    let actor = door::authenticate(env, &parts.headers, None, call.address).await?;
    Ok(call.by(in_team(env, actor, team).await?))
}

/// Whether what the caller has shown reaches as far as the right `R` on depots.
///
/// # Errors
/// `Denied`.
pub(crate) fn check_scope<R: Right>(call: &Call) -> Result<()> {
    if R::LEVEL > Read::LEVEL {
        call.actor.needs_scope(Scope::ProjectDepot)
    } else {
        call.actor.needs_scope_to_read(Scope::ProjectDepot)
    }
}

/// The same person in the team that the address names, where he is in it.
async fn in_team(env: &Env, actor: Actor, team: &str) -> Result<Actor> {
    let Actor::User(user) = &actor else { return Ok(actor) };
    let Some(team) = identity::teams::by_name(env.db.reader(), team).await? else {
        return Ok(actor);
    };
    if team.id == user.team {
        return Ok(actor);
    }
    match authenticate::in_team(env, user, team.id).await {
        Ok(user) => Ok(Actor::User(user)),
        // A stranger to the team; the depot may still be shared.
        Err(error) if error.is_not_found() => Ok(actor),
        Err(error) => Err(error),
    }
}
