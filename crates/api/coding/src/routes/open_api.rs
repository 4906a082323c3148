//! `POST /open-api`, in the three shapes in which clients send it.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use base::{Actor, Error, Result};
use http::{HeaderValue, header};
use serde_json::{Map, Value};

use super::Shared;
use crate::codes::Code;
use crate::decode::Input;
use crate::envelope::Answer;

/// Files are sent inside the parameters.
const LONGEST_BODY: usize = 32 * 1024 * 1024;

/// The action stands in the query or in the body.
pub(super) async fn by_query_or_body(State(shared): State<Shared>, request: Request) -> Response {
    let name = in_query(request.uri().query().unwrap_or_default());
    answer(&shared, name, request).await
}

/// The action stands in the path.
pub(super) async fn by_path(
    State(shared): State<Shared>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    answer(&shared, Some(name), request).await
}

async fn answer(shared: &Shared, name: Option<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let call = door::anonymous(&shared.env, &parts);
    let request_id = call.request_id.clone();
    let query = parts.uri.query();
    let actor = door::authenticate(&shared.env, &parts.headers, query, call.address).await;
    let outcome = match actor {
        // Strangers are not worth a body of 32 MiB.
        Ok(Actor::Nobody) => Err(Error::unauthenticated("sign in first")),
        Ok(actor) => read(body).await.map(|fields| (call.by(actor), fields)),
        Err(error) => Err(error),
    };
    let answer = match outcome {
        Ok((call, fields)) => {
            let name = name.or_else(|| in_body(&fields)).unwrap_or_default();
            shared.api.answer(call, &name, fields).await
        }
        Err(error) => {
            door::log_internal(&error);
            Answer::refused(Code::of(&error), &error.to_string(), &request_id)
        }
    };
    let mut response = ([(header::CONTENT_TYPE, "application/json")], answer.body).into_response();
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

async fn read(body: Body) -> Result<Map<String, Value>> {
    fields(&door::body::bytes(body, LONGEST_BODY).await?)
}

/// The parameters. What `curl -d` calls a form is JSON as a rule.
fn fields(body: &[u8]) -> Result<Map<String, Value>> {
    match body.trim_ascii().first() {
        None | Some(b'{' | b'[') => Input::parse(body),
        Some(_) if body.contains(&b'=') => {
            let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(body)
                .map_err(|_| Error::invalid("Body", "is neither JSON nor a form"))?;
            Ok(pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect())
        }
        Some(_) => Input::parse(body),
    }
}

fn in_query(query: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let named = pairs.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("action"));
    named.map(|(_, value)| value).filter(|value| !value.is_empty())
}

fn in_body(fields: &Map<String, Value>) -> Option<String> {
    let named = fields.get("Action").or_else(|| fields.get("action"))?;
    named.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bodies_are_json_or_forms() {
        assert_eq!(Value::Object(fields(b" {\"A\": 1}").unwrap()), json!({ "A": 1 }));
        assert_eq!(
            Value::Object(fields(b"A=1&B.0=x%20y").unwrap()),
            json!({ "A": "1", "B.0": "x y" })
        );
        assert!(fields(b"").unwrap().is_empty());
        for bad in [&b"[]"[..], b"12", b"{\"A\"", b"nonsense"] {
            assert!(fields(bad).is_err());
        }
    }

    #[test]
    fn the_query_names_the_action_in_either_case() {
        assert_eq!(in_query("action=X").as_deref(), Some("X"));
        assert_eq!(in_query("a=b&Action=Y").as_deref(), Some("Y"));
        assert_eq!(in_query("Action="), None);
    }
}
