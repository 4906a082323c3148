//! Who calls: by token, or by signature.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use base::{Actor, Error, Scope, Timestamp};
use call::{Call, Env};
use http::{HeaderMap, header};
use identity::authenticate;

use crate::error::Refusal;
use crate::signature::{self, Authorization, DATE_HEADER, SignedRequest};
use crate::time;

/// How far the signer's clock may be off, either way.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// The largest body that this door reads.
const MOST_BYTES: usize = 1024 * 1024;

/// A call by a known user, with the body that his signature covers.
pub(crate) struct Signed {
    /// The call.
    pub(crate) call: Call,
    /// The body.
    pub(crate) body: Bytes,
}

impl FromRequest<Env> for Signed {
    type Rejection = Refusal;

    async fn from_request(request: Request, env: &Env) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let call = door::anonymous(env, &parts);
        let body = axum::body::to_bytes(body, MOST_BYTES)
            .await
            .map_err(|_| Error::limit("the body has more than 1 MiB"))?;
        let authorization =
            parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let actor = match authorization.and_then(Authorization::parse) {
            Some(authorization) => {
                let request = SignedRequest {
                    method: parts.method.as_str(),
                    path: parts.uri.path(),
                    query: parts.uri.query().unwrap_or_default(),
                    headers: &parts.headers,
                    body: &body,
                };
                by_signature(&call, &request, &authorization).await?
            }
            None => by_token(&call, &parts.headers).await?,
        };
        actor.needs_scope(Scope::ProjectAnalysis)?;
        Ok(Self { call: call.by(actor), body })
    }
}

async fn by_token(call: &Call, headers: &HeaderMap) -> Result<Actor, Refusal> {
    let token = headers.get("x-auth-token").and_then(|value| value.to_str().ok());
    let token = token.ok_or_else(|| Error::unauthenticated("X-Auth-Token is missing"))?;
    Ok(authenticate::token(&call.env, token).await?)
}

async fn by_signature(
    call: &Call,
    request: &SignedRequest<'_>,
    authorization: &Authorization<'_>,
) -> Result<Actor, Refusal> {
    let refuse = |code, why| Refusal::Signature { code, why, request_id: call.request_id.clone() };
    let wrong = || refuse("APIGW.0301", "verify aksk signature fail");
    let date = request.headers.get(DATE_HEADER).and_then(|value| value.to_str().ok());
    let signed_at = date.and_then(time::parse_compact).ok_or_else(wrong)?;
    // Whoever leaves these out of the signature lets others reuse it.
    if !authorization.covers(DATE_HEADER) || !authorization.covers("host") {
        return Err(wrong());
    }
    if !is_recent(signed_at, call.clock.now()) {
        return Err(refuse("APIGW.0303", "signature expired, the request time is too far off"));
    }
    let checked = authenticate::access_key(&call.env, authorization.access, |secret| {
        signature::expected(request, authorization, secret.expose()).is_some_and(|expected| {
            identity::Secret::from(expected).matches(authorization.signature)
        })
    });
    match checked.await {
        Err(Error::Unauthenticated { .. }) => Err(wrong()),
        other => Ok(other?),
    }
}

fn is_recent(signed_at: Timestamp, now: Timestamp) -> bool {
    signed_at <= now.after(WINDOW) && signed_at >= now.before(WINDOW)
}
