//! What an answer is wrapped in.

use serde_json::json;

use crate::codes::Code;

/// An answer as it goes out.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The error's code, or nothing when the action was done.
    pub code: Option<Code>,
    /// The body: `{"Response": {…, "RequestId": …}}`.
    pub body: Vec<u8>,
}

impl Answer {
    /// Wraps `object`, the text of a JSON object.
    pub(crate) fn done(object: &[u8], request_id: &str) -> Self {
        let members = object
            .strip_prefix(b"{")
            .and_then(|rest| rest.strip_suffix(b"}"))
            .unwrap_or_else(|| unreachable!("the tests see that every answer is a struct"));
        let mut body = Vec::with_capacity(object.len() + request_id.len() + 40);
        body.extend_from_slice(b"{\"Response\":{");
        body.extend_from_slice(members);
        if !members.is_empty() {
            body.push(b',');
        }
        body.extend_from_slice(b"\"RequestId\":");
        body.extend_from_slice(json!(request_id).to_string().as_bytes());
        body.extend_from_slice(b"}}");
        Self { code: None, body }
    }

    /// An error with its message.
    pub(crate) fn refused(code: Code, message: &str, request_id: &str) -> Self {
        let body = json!({ "Response": {
            "Error": { "Code": code.as_str(), "Message": message },
            "RequestId": request_id,
        } });
        Self { code: Some(code), body: body.to_string().into_bytes() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_carry_the_request_id() {
        let full = Answer::done(br#"{"A":{"B":1}}"#, "r-1");
        assert_eq!(full.body, br#"{"Response":{"A":{"B":1},"RequestId":"r-1"}}"#);
        let empty = Answer::done(b"{}", "r\"1");
        assert_eq!(empty.body, br#"{"Response":{"RequestId":"r\"1"}}"#);
    }
}
