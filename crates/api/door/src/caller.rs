//! The caller as an extractor.

use axum::extract::{FromRef, FromRequestParts};
use base::{Actor, Error, Result};
use call::{Call, Env};
use http::request::Parts;

use crate::{Failure, authenticate, client_address, request_id};

/// A call by nobody yet, with the request's id and the client's address.
pub fn anonymous(env: &Env, parts: &Parts) -> Call {
    let mut call = Call::anonymous(env.clone());
    if let Some(id) = request_id(&parts.headers) {
        call.request_id = id.to_owned();
    }
    call.address = client_address(&parts.extensions);
    call
}

/// The call by whomever the request shows; by nobody, if it shows nothing.
///
/// Doors with a form of their own for errors take `Result<Caller, Failure>`.
#[derive(Debug, Clone)]
pub struct Caller(pub Call);

impl Caller {
    /// The call, if somebody has signed in.
    ///
    /// # Errors
    /// `Unauthenticated` otherwise.
    pub fn known(self) -> Result<Call> {
        match self.0.actor {
            Actor::Nobody => Err(Error::unauthenticated("sign in first")),
            Actor::User(_) | Actor::DeployKey(_) | Actor::System => Ok(self.0),
        }
    }
}

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    Env: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let env = Env::from_ref(state);
        let call = anonymous(&env, parts);
        let actor = authenticate(&env, &parts.headers, parts.uri.query(), call.address).await?;
        Ok(Self(call.by(actor)))
    }
}
