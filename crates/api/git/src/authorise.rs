//! From a request to a depot that the caller may use.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use base::{Actor, AtLeast, Error, Granted, Read, Result, Right, Scope};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use call::{Call, Env};
use depots::{Depot, DepotKey};
use git::Repository;
use http::request::Parts;
use http::{HeaderMap, header};
use identity::{Secret, authenticate};

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
    let mut call = Call::anonymous(env.clone());
    call.address = address(parts);
    let actor = actor(env, &parts.headers, call.address).await?;
    if R::LEVEL > Read::LEVEL {
        actor.needs_scope(Scope::ProjectDepot)?;
    } else {
        actor.needs_scope_to_read(Scope::ProjectDepot)?;
    }
    let call = call.by(in_team(env, actor, team).await?);
    let name = depot.strip_suffix(".git").unwrap_or(depot);
    let depot = depots::authorise::<R>(&call, DepotKey::Path(team, project, name)).await?;
    let repository = depots::repository(env, &depot)?;
    Ok(Opened { call, depot, repository })
}

async fn actor(env: &Env, headers: &HeaderMap, address: Option<IpAddr>) -> Result<Actor> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(Actor::Nobody) };
    let refused = || Error::unauthenticated("sign in with your name and a token");
    let value = value.to_str().map_err(|_| refused())?;
    let (scheme, rest) = value.split_once(' ').ok_or_else(refused)?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return authenticate::token(env, rest.trim()).await;
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(refused());
    }
    let decoded = STANDARD.decode(rest.trim()).map_err(|_| refused())?;
    let decoded = String::from_utf8(decoded).map_err(|_| refused())?;
    let (login, secret) = decoded.split_once(':').ok_or_else(refused)?;
    // Some write the token as the name and leave the password empty.
    let secret = if secret.is_empty() || secret == "x-oauth-basic" { login } else { secret };
    authenticate::name_and_secret(env, login, &Secret::from(secret), address).await
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

fn address(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())
}
