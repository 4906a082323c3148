//! Who calls.

use axum::extract::FromRequestParts;
use base::Scope;
use call::{Call, Env};
use http::request::Parts;

use crate::error::Refusal;

/// A call by a known user: `Authorization: Bearer T`, or `?token=T`, which
/// wins when both are there.
pub(crate) struct Known(pub(crate) Call);

impl FromRequestParts<Env> for Known {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, env: &Env) -> Result<Self, Refusal> {
        let caller = door::Caller::from_request_parts(parts, env).await.map_err(|error| error.0)?;
        let call = caller.known()?;
        call.actor.needs_scope(Scope::ProjectAnalysis)?;
        Ok(Self(call))
    }
}
