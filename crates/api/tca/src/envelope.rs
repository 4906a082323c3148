//! The form of answers and errors.

use axum::response::{IntoResponse, Response};
use base::Error;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::{Value, json};

/// Code of an error that has none of its own, on the main service.
const GENERAL: i64 = 1000;
/// Code of a request that contradicts the present state.
const CONFLICT: i64 = 1040;

/// A successful answer.
#[derive(Debug)]
pub(crate) struct Answer<T>(pub(crate) T);

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let body = json!({
            "data": self.0,
            "code": 0,
            "msg": "请求成功",
            "status_code": StatusCode::OK.as_u16(),
        });
        (StatusCode::OK, axum::Json(body)).into_response()
    }
}

/// A refusal.
#[derive(Debug)]
pub(crate) struct Refusal(Error);

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut fields = None;
        let (status, code, message) = match &self.0 {
            Error::Unauthenticated { .. } => {
                (StatusCode::UNAUTHORIZED, GENERAL, "身份认证信息未提供或无效。".to_owned())
            }
            Error::Denied { .. } => {
                (StatusCode::FORBIDDEN, GENERAL, "您没有执行该操作的权限。".to_owned())
            }
            Error::NotFound { .. } => (StatusCode::NOT_FOUND, GENERAL, "未找到。".to_owned()),
            Error::Missing { field } => {
                let message = "该字段是必填项。";
                fields = Some(field_error(field, message));
                (StatusCode::BAD_REQUEST, GENERAL, format!("{field} {message}"))
            }
            Error::Invalid { field, why } => {
                fields = Some(field_error(field, why));
                (StatusCode::BAD_REQUEST, GENERAL, format!("{field} {why}"))
            }
            Error::Conflict { why } => (StatusCode::BAD_REQUEST, CONFLICT, why.to_string()),
            Error::Unsupported { why } => (StatusCode::NOT_IMPLEMENTED, GENERAL, why.to_string()),
            Error::Limit { why, .. } => (StatusCode::TOO_MANY_REQUESTS, GENERAL, why.to_string()),
            Error::Unavailable { why } => {
                (StatusCode::SERVICE_UNAVAILABLE, GENERAL, why.to_string())
            }
            error => {
                door::log_internal(error);
                (StatusCode::INTERNAL_SERVER_ERROR, GENERAL, "服务器内部错误。".to_owned())
            }
        };
        let mut body = json!({ "status_code": status.as_u16(), "code": code, "msg": message });
        if let (Some(fields), Some(object)) = (fields, body.as_object_mut()) {
            object.insert("invalid_fields".to_owned(), fields);
        }
        let mut response = (status, axum::Json(body)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Token"));
        }
        response
    }
}

fn field_error(field: &str, message: &str) -> Value {
    json!([{ "field": field, "message": [message] }])
}
