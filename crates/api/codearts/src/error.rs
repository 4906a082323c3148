//! The forms of refusals: `{"error_code", "error_msg"}`.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use base::Error;
use http::StatusCode;
use serde_json::json;

/// A refusal.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// A signature that does not hold, in the words of the API gateway.
    Signature {
        /// `APIGW.0301` or `APIGW.0303`.
        code: &'static str,
        /// What is wrong with it.
        why: &'static str,
        /// To find the call in the log.
        request_id: String,
    },
    /// A request that IAM refuses.
    Iam(Error),
    /// Any other.
    Check(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Check(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Signature { code, why, request_id } => {
                let body = json!({
                    "error_code": code,
                    "error_msg": format!("Incorrect IAM authentication information: {why}"),
                    "request_id": request_id,
                });
                (StatusCode::UNAUTHORIZED, axum::Json(body)).into_response()
            }
            Self::Iam(error) => iam(&error),
            Self::Check(error) => {
                let (status, code, message) = check(&error);
                let body = json!({ "error_code": code, "error_msg": message });
                (status, axum::Json(body)).into_response()
            }
        }
    }
}

fn check(error: &Error) -> (StatusCode, &'static str, Cow<'static, str>) {
    match error {
        Error::Unauthenticated { .. } => {
            (StatusCode::UNAUTHORIZED, "CC.00000003", "认证信息过期".into())
        }
        Error::Denied { .. } => {
            (StatusCode::FORBIDDEN, "CC.00050010", "current user does not have permission".into())
        }
        Error::NotFound { what } if what == "project" => {
            (StatusCode::NOT_FOUND, "CC.00050013", "project not exist".into())
        }
        Error::NotFound { what } => {
            (StatusCode::NOT_FOUND, "CC.00050002", format!("{what} not exist").into())
        }
        Error::Missing { .. } | Error::Invalid { .. } | Error::Unsupported { .. } => (
            StatusCode::BAD_REQUEST,
            "CC.00050000.400",
            format!("请求参数校验失败,请检查请求参数是否正确: {error}").into(),
        ),
        Error::Conflict { why } => {
            (StatusCode::BAD_REQUEST, "CC.00050005", format!("create task error: {why}").into())
        }
        Error::Limit { .. } => (StatusCode::TOO_MANY_REQUESTS, "CC.00050012", "retry later".into()),
        Error::Unavailable { .. } => {
            (StatusCode::SERVICE_UNAVAILABLE, "CC.00000000", "网络繁忙,请稍后再试".into())
        }
        error => {
            door::log_internal(error);
            (StatusCode::INTERNAL_SERVER_ERROR, "CC.00050006", "service inner error".into())
        }
    }
}

/// IAM speaks OpenStack's form; the SDKs read the two fields beside it.
fn iam(error: &Error) -> Response {
    let (status, code, title) = match error {
        Error::Unauthenticated { .. } => (StatusCode::UNAUTHORIZED, "IAM.0001", "Unauthorized"),
        Error::Missing { .. } | Error::Invalid { .. } => {
            (StatusCode::BAD_REQUEST, "IAM.0011", "Bad Request")
        }
        Error::Denied { .. } => (StatusCode::FORBIDDEN, "IAM.0003", "Forbidden"),
        Error::NotFound { .. } => (StatusCode::NOT_FOUND, "IAM.0004", "Not Found"),
        Error::Limit { .. } => (StatusCode::TOO_MANY_REQUESTS, "IAM.0002", "Too Many Requests"),
        error => {
            door::log_internal(error);
            (StatusCode::INTERNAL_SERVER_ERROR, "IAM.0006", "Internal Server Error")
        }
    };
    let message = match error {
        Error::Unauthenticated { .. } => "The username or password is wrong.".to_owned(),
        other => other.to_string(),
    };
    let body = json!({
        "error": { "code": status.as_u16(), "message": message, "title": title },
        "error_code": code,
        "error_msg": message,
    });
    (status, axum::Json(body)).into_response()
}
