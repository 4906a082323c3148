//! Parameters as clients send them, read into an action's own types.
//!
//! Clients are older than our types: numbers come as `"12"`, flags as `1`,
//! lists as `Names.0`, `Names.1`, and names in another case. [`Input`] evens
//! out the names, [`lenient`] the values; an action's parameters are then an
//! ordinary `Deserialize` struct. What remains wrong names its field by its
//! whole path.

mod dotted;
mod lenient;
mod trouble;

pub(crate) use lenient::SPREAD;

use base::{Error, Result};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The parameters of one request.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Input(Value);

impl Input {
    /// Takes a request's fields; `A.0.B` becomes a member of lists and objects.
    pub(crate) fn new(fields: Map<String, Value>) -> Self {
        Self(Value::Object(dotted::expand(fields)))
    }

    /// Reads a request's body; nothing at all means no parameters.
    ///
    /// # Errors
    /// `Invalid` on `Body` when it is not a JSON object.
    pub(crate) fn parse(body: &[u8]) -> Result<Map<String, Value>> {
        let body = body.trim_ascii();
        if body.is_empty() {
            return Ok(Map::new());
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(fields),
            Ok(_) => Err(Error::invalid("Body", "must be a JSON object")),
            Err(error) => Err(Error::invalid("Body", format!("is not JSON: {error}"))),
        }
    }

    /// The parameters as `T`. Unknown ones are ignored, `null` means absent.
    ///
    /// # Errors
    /// `Missing` or `Invalid`, naming the field by its path: `Filter.0.Name`.
    pub(crate) fn decode<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(lenient::Node::new(&self.0)).map_err(trouble::Trouble::into_error)
    }
}

#[cfg(test)]
mod tests;
