//! The query of an address.

use std::ops::RangeInclusive;

use base::{Error, Result};

/// The decoded pairs of a query.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Decodes a query; none is an empty one.
    ///
    /// # Errors
    /// `Invalid` naming `query` when it is not form-encoded.
    pub(crate) fn parse(query: Option<&str>) -> Result<Self> {
        serde_urlencoded::from_str(query.unwrap_or_default())
            .map(Self)
            .map_err(|_| Error::invalid("query", "cannot be decoded"))
    }

    /// The first value of that name.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The number of that name, `default` where it is not given.
    ///
    /// # Errors
    /// `Invalid` naming it when it is not a number within `range`.
    pub(crate) fn number(
        &self,
        name: &'static str,
        default: u64,
        range: RangeInclusive<u64>,
    ) -> Result<u64> {
        self.text(name).map_or(Ok(default), |text| {
            text.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| {
                Error::invalid(name, format!("must be from {} to {}", range.start(), range.end()))
            })
        })
    }
}
