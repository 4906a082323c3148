//! The user's half: a browser asks, the user says yes or no, and is sent back
//! with a code.

use std::time::Duration;

use base::{Error, Result, Scopes, Timestamp};
use call::Call;
use sea_orm::{ActiveModelTrait as _, ActiveValue::NotSet, ActiveValue::Set};
use serde_json::json;

use super::{Application, applications, redirect};
use crate::secret::digest;
use crate::tables::oauth_codes;
use crate::{audit, rights, scopes, teams};

/// How long a code may be exchanged.
const LIFE: Duration = Duration::from_mins(5);

/// What the browser brings, as it stands in the address; nothing of it is
/// believed.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Request {
    /// Which application.
    pub client_id: String,
    /// Where to send the user back to; without it the first registered.
    pub redirect_uri: Option<String>,
    /// Must be `code`.
    pub response_type: String,
    /// Given back as it is.
    pub state: Option<String>,
    /// What the application asks for; without it `user`.
    pub scope: Option<String>,
    /// PKCE: base64url of the SHA-256 of the verifier.
    pub code_challenge: Option<String>,
    /// PKCE: must be `S256` where there is a challenge.
    pub code_challenge_method: Option<String>,
}

/// What the user is to be asked.
#[derive(Debug, Clone)]
pub struct Review {
    /// Who wants in.
    pub application: Application,
    /// As what.
    pub scopes: Scopes,
    /// Where he will be sent.
    pub redirect_uri: String,
    scope_text: String,
    challenge: Option<String>,
}

/// Why a request is not put to the user.
#[derive(Debug)]
pub enum Rejection {
    /// To be shown to the user: the application or the address it wants him
    /// sent to is not known, so he must not be sent there.
    Show(Error),
    /// To be told to the application, by sending the browser to this address.
    SendBack(String),
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::Show(error)
    }
}

/// Checks a request before the user is asked.
///
/// # Errors
/// See [`Rejection`].
pub async fn review(call: &Call, request: &Request) -> Result<Review, Rejection> {
    let application = applications::get(call.db.reader(), &request.client_id)
        .await?
        .ok_or_else(|| Error::not_found("application"))?;
    let redirect_uri = match request.redirect_uri.as_deref().filter(|address| !address.is_empty()) {
        Some(given) => application
            .redirect_uris
            .iter()
            .any(|known| redirect::allowed(known, given))
            .then(|| given.to_owned()),
        None => application.redirect_uris.first().cloned(),
    };
    let Some(redirect_uri) = redirect_uri else {
        let why = "is not one that the application has registered";
        return Err(Rejection::Show(Error::invalid("redirect_uri", why)));
    };
    let reject = |code: &str, why: &str| -> Rejection {
        match send_back(&redirect_uri, request, &[("error", code), ("error_description", why)]) {
            Ok(address) => Rejection::SendBack(address),
            Err(error) => Rejection::Show(error),
        }
    };
    if request.response_type != "code" {
        return Err(reject("unsupported_response_type", "response_type must be code"));
    }
    let scope_text = request.scope.clone().filter(|text| !text.trim().is_empty());
    let scope_text = scope_text.unwrap_or_else(|| "user".to_owned());
    let scopes =
        scopes::parse(&scope_text).map_err(|error| reject("invalid_scope", &error.to_string()))?;
    let challenge = request.code_challenge.clone().filter(|challenge| !challenge.is_empty());
    if let Some(challenge) = &challenge {
        // The method that sends the verifier in the clear protects nothing.
        let shaped = challenge.len() == 43
            && challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if request.code_challenge_method.as_deref() != Some("S256") || !shaped {
            return Err(reject("invalid_request", "code_challenge_method must be S256"));
        }
    }
    Ok(Review { application, scopes, redirect_uri, scope_text, challenge })
}

fn send_back(address: &str, request: &Request, pairs: &[(&str, &str)]) -> Result<String> {
    let state = request.state.as_deref().map(|state| ("state", state));
    let pairs: Vec<_> = pairs.iter().copied().chain(state).collect();
    redirect::with_query(address, &pairs)
}

/// The user says yes. Returns the address to send his browser to, with a code
/// that can be exchanged once within five minutes.
///
/// # Errors
/// See [`Rejection`]; a user who has not signed in in person is `Denied`.
pub async fn allow(call: &Call, request: &Request) -> Result<String, Rejection> {
    let user = call.actor.user()?;
    rights::in_person(call, user.id)?;
    let review = review(call, request).await?;
    let team = teams::get(call.db.reader(), user.team).await?;
    let code = call.random.hex(16);
    let expires_at: Timestamp = call.clock.now().after(LIFE);
    let tx = call.db.begin().await?;
    oauth_codes::ActiveModel {
        id: NotSet,
        hash: Set(digest(&code)),
        application_id: Set(review.application.id),
        user_id: Set(user.id),
        team_id: Set(user.team),
        scopes: Set(review.scopes.to_string()),
        scope_text: Set(review.scope_text.clone()),
        redirect_uri: Set(review.redirect_uri.clone()),
        challenge: Set(review.challenge),
        expires_at: Set(expires_at),
        grant_id: Set(None),
        used: Set(false),
    }
    .insert(&*tx)
    .await
    .map_err(Error::from)?;
    let subject = format!("application:{}", review.application.id);
    let details = json!({ "scopes": review.scopes.to_string() });
    audit::record(&tx, call, "application.allow", &subject, details).await?;
    tx.commit().await?;
    let pairs =
        [("code", code.as_str()), ("team", team.name.as_str()), ("scope", &review.scope_text)];
    Ok(send_back(&review.redirect_uri, request, &pairs)?)
}

/// The user says no. Returns the address to send his browser to.
///
/// # Errors
/// See [`Rejection`].
pub async fn refuse(call: &Call, request: &Request) -> Result<String, Rejection> {
    let review = review(call, request).await?;
    let pairs = [("error", "access_denied"), ("error_description", "the user said no")];
    Ok(send_back(&review.redirect_uri, request, &pairs)?)
}
