//! A client for the tests of doors: requests go through the real router,
//! without a socket.

use axum::Router;
use axum::body::{Body, Bytes};
use base::{Scopes, UserActor};
use call::{Call, Env};
use http::{HeaderMap, Method, Request, StatusCode};
use identity::tokens::{self, NewToken};
use serde_json::Value;
use tower::ServiceExt as _;

/// A client that sends the same headers with every request.
#[derive(Debug, Clone)]
pub struct Client {
    router: Router,
    headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Client {
    /// A client of `router` that shows nothing.
    pub fn new(router: Router) -> Self {
        Self { router, headers: Vec::new() }
    }

    /// The same client with one more header.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut headers = self.headers.clone();
        headers.push((name.to_owned(), value.to_owned()));
        Self { router: self.router.clone(), headers }
    }

    /// `GET target`.
    ///
    /// # Panics
    /// When the target is no address.
    pub async fn get(&self, target: &str) -> Answer {
        self.send(Method::GET, target, Body::empty()).await
    }

    /// `POST target` with a JSON body.
    ///
    /// # Panics
    /// When the target is no address.
    pub async fn post(&self, target: &str, body: &Value) -> Answer {
        self.send(Method::POST, target, Body::from(body.to_string())).await
    }

    /// Any request.
    ///
    /// # Panics
    /// When the target is no address.
    pub async fn send(&self, method: Method, target: &str, body: impl Into<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(body.into()).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a whole body");
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }
}

/// A personal token of the user, with every scope.
///
/// # Panics
/// When it cannot be made.
pub async fn token(env: &Env, user: &UserActor) -> String {
    let new = NewToken {
        user: user.id,
        team: Some(user.team),
        label: "test".to_owned(),
        scopes: Scopes::EVERYTHING,
        expires_at: None,
    };
    let created = tokens::create(&Call::system(env.clone()), new).await.expect("a token");
    created.secret.expose().to_owned()
}
