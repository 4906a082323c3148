//! From a request to a depot whose large files the caller may use.

use base::{AtLeast, Error, Granted, Read, Result, Right};
use call::{Call, Env};
use depots::{Depot, DepotKey, lfs};
use http::request::Parts;
use http::{HeaderValue, header};

use crate::authorise::{Names, caller, check_scope};

/// A depot that was asked for and may be used.
pub(super) struct Opened<R: Right> {
    pub(super) call: Call,
    pub(super) depot: Granted<Depot, R>,
    /// What the client has shown, to be shown again with the objects.
    pub(super) shown: Option<HeaderValue>,
}

/// Settles who asks and whether he holds the right `R`.
///
/// # Errors
/// As [`crate::authorise::open`].
pub(super) async fn open<R: Right + AtLeast<Read>>(
    env: &Env,
    (team, project, depot): &Names,
    parts: &Parts,
) -> Result<Opened<R>> {
    let shown = parts.headers.get(header::AUTHORIZATION).cloned();
    let name = depot.strip_suffix(".git").unwrap_or(depot);
    let key = DepotKey::Path(team, project, name);
    let bearer = shown.as_ref().and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if let Some(token) = bearer {
        let call = door::anonymous(env, parts);
        if let Some((actor, of, write)) = lfs::admit(&call, token.trim(), team).await? {
            let call = call.by(actor);
            let depot = depots::authorise::<R>(&call, key).await?;
            if depot.id != of {
                return Err(Error::not_found("depot"));
            }
            if R::LEVEL > Read::LEVEL && !write {
                return Err(Error::denied("a token that was given for an upload"));
            }
            return Ok(Opened { call, depot, shown });
        }
    }
    let call = caller(env, team, parts).await?;
    check_scope::<R>(&call)?;
    let depot = depots::authorise::<R>(&call, key).await?;
    Ok(Opened { call, depot, shown })
}
