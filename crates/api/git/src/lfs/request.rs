//! What a client asks the batch interface.

use serde::Deserialize;

/// A request as clients send it.
#[derive(Debug, Deserialize)]
pub struct Request {
    pub(super) operation: String,
    #[serde(default)]
    pub(super) transfers: Option<Vec<String>>,
    #[serde(default)]
    pub(super) hash_algo: Option<String>,
    pub(super) objects: Vec<Named>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) oid: String,
    pub(super) size: i64,
}

impl Request {
    /// Reads a request from JSON; `None` when it is none. For tests with bytes
    /// of any kind.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}
