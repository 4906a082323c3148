//! Who calls: by token, or by ticket.

use axum::extract::FromRequestParts;
use base::{Error, Result};
use call::{Call, Env};
use http::HeaderMap;
use http::request::Parts;
use identity::authenticate;

use crate::envelope::Refusal;

/// A call by a known user: `Authorization: Token T`, or the three headers of a
/// ticket, `TCA-USERID`, `TCA-TIMESTAMP` and `TCA-TICKET`.
pub(crate) struct Known(pub(crate) Call);

impl FromRequestParts<Env> for Known {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, env: &Env) -> Result<Self, Refusal> {
        if parts.headers.contains_key("tca-ticket") {
            let call = door::anonymous(env, parts);
            let user = header(&parts.headers, "tca-userid")?;
            let timestamp = header(&parts.headers, "tca-timestamp")?;
            let ticket = header(&parts.headers, "tca-ticket")?;
            let actor = authenticate::signed_ticket(env, user, timestamp, ticket).await?;
            return Ok(Self(call.by(actor)));
        }
        let caller = door::Caller::from_request_parts(parts, env).await.map_err(|error| error.0)?;
        Ok(Self(caller.known()?))
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.ok_or_else(|| Error::unauthenticated(format!("the header {name} is missing")))
}

/// The call in the team that the address names as the organisation.
///
/// # Errors
/// `NotFound` when there is no such team, or the caller is not in it.
pub(crate) async fn in_organisation(call: Call, org_sid: &str) -> Result<Call> {
    let not_found = || Error::not_found("organisation");
    let team = identity::teams::by_name(call.db.reader(), org_sid).await?.ok_or_else(not_found)?;
    let user = call.actor.user()?.clone();
    let user = authenticate::in_team(&call.env, &user, team.id)
        .await
        .map_err(|error| if error.is_not_found() { not_found() } else { error })?;
    Ok(call.by(base::Actor::User(user)))
}
