//! Asking an API with one person's credentials.

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;

/// One way into one server.
pub(crate) struct Door {
    client: Client,
    base: String,
    credentials: Option<(&'static str, String)>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: String,
}

impl Reply {
    /// The body as JSON; null where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The body of an answer that has to be a good one.
    pub(crate) fn ok(&self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.body);
        self.json()
    }
}

impl Door {
    pub(crate) fn new(base: &str, credentials: Option<(&'static str, String)>) -> Self {
        Self { client: Client::new(), base: base.to_owned(), credentials }
    }

    fn request(&self, method: Method, target: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{target}", self.base));
        match &self.credentials {
            Some((header, value)) => request.header(*header, value),
            None => request,
        }
    }

    async fn send(request: RequestBuilder) -> Reply {
        let response = request.send().await.unwrap();
        Reply { status: response.status(), body: response.text().await.unwrap() }
    }

    pub(crate) async fn get(&self, target: &str) -> Reply {
        Self::send(self.request(Method::GET, target)).await
    }

    pub(crate) async fn post(&self, target: &str, body: &Value) -> Reply {
        Self::send(self.request(Method::POST, target).json(body)).await
    }

    /// Calls an action of the Open API, which has to succeed; what stands in
    /// `Response`.
    pub(crate) async fn action(&self, body: &Value) -> Value {
        let answer = self.post("/open-api", body).await.ok();
        let response = answer["Response"].clone();
        assert!(response.is_object() && response["Error"].is_null(), "{body}: {answer}");
        response
    }
}
