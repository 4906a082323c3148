//! Whom a request shows.

use std::net::IpAddr;

use base::{Actor, Result};
use call::Env;
use http::HeaderMap;
use identity::authenticate;

use crate::{Credentials, session};

/// Who asks, by whatever the request shows: credentials, or the cookie of a
/// session together with its form token in `X-Form-Token`, which pages of ours
/// send and pages of others cannot. Nobody, if it shows nothing.
///
/// The actor's name goes into the field `actor` of the current span, where it
/// has one.
///
/// # Errors
/// `Unauthenticated` when what it shows does not hold; `Limit` while a wait
/// after wrong passwords is running.
pub async fn authenticate(
    env: &Env,
    headers: &HeaderMap,
    query: Option<&str>,
    address: Option<IpAddr>,
) -> Result<Actor> {
    let actor = match Credentials::read(headers, query)? {
        Credentials::Token(token) => authenticate::token(env, token.expose()).await?,
        Credentials::NameAndSecret { name, secret } => {
            authenticate::name_and_secret(env, &name, &secret, address).await?
        }
        Credentials::None => session::by_page(env, headers).await?,
    };
    tracing::Span::current().record("actor", actor.name());
    Ok(actor)
}
