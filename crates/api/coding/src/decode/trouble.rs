//! What is wrong with a parameter, and where.

use base::Error;
use serde::de::{Expected, Unexpected};

/// A parameter that is absent or cannot be used.
#[derive(Debug)]
pub(super) struct Trouble {
    /// The innermost name first: it grows on the way out.
    path: Vec<String>,
    /// `None` when the field is absent.
    why: Option<String>,
}

impl Trouble {
    pub(super) fn new(why: impl Into<String>) -> Self {
        Self { path: Vec::new(), why: Some(why.into()) }
    }

    /// The same trouble, seen from outside the field or list `name`.
    pub(super) fn within(mut self, name: impl Into<String>) -> Self {
        self.path.push(name.into());
        self
    }

    pub(super) fn into_error(self) -> Error {
        let mut path = self.path;
        path.reverse();
        let field = if path.is_empty() { "Body".to_owned() } else { path.join(".") };
        match self.why {
            None => Error::missing(field),
            Some(why) => Error::invalid(field, why),
        }
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.why.as_deref().unwrap_or("is missing"))
    }
}

impl std::error::Error for Trouble {}

impl serde::de::Error for Trouble {
    fn custom<T: std::fmt::Display>(why: T) -> Self {
        Self::new(why.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("must be {expected}"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("must be {expected}"))
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::new(format!("must be {expected}"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("must be one of {}", expected.join(", ")))
    }

    fn missing_field(field: &'static str) -> Self {
        Self { path: vec![field.to_owned()], why: None }
    }
}
