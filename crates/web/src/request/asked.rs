use std::convert::Infallible;

use axum::{
    body::to_bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
};
use base::{Error, PageRequest, Timestamp};

use super::Fault;

/// The longest form that is read, in bytes.
const LONGEST: usize = 256 * 1024;

/// What a form sent: names and values in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a form of at most `longest` bytes; for handlers that look first
    /// who is asking.
    ///
    /// # Errors
    /// `Limit` for a longer one, `Invalid` for what is no form.
    pub(crate) async fn read(request: Request, longest: usize) -> Result<Self, Fault> {
        let bytes = to_bytes(request.into_body(), longest)
            .await
            .map_err(|_| Error::limit("the form is too long"))?;
        let fields = serde_urlencoded::from_bytes(&bytes)
            .map_err(|_| Error::invalid("form", "cannot be read"))?;
        Ok(Self(fields))
    }

    /// The first value of a field, or nothing; blanks around it are dropped.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The first value as it was typed; for passwords.
    pub(crate) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// All values of a field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Whether a box was ticked.
    pub(crate) fn on(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    /// Values to start a form with.
    pub(crate) fn of(values: &[(&str, &str)]) -> Self {
        Self(values.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    /// The end of a day given as `YYYY-MM-DD`, or nothing for an empty field.
    ///
    /// # Errors
    /// `Invalid` naming the field.
    pub(crate) fn day(&self, name: &'static str) -> Result<Option<Timestamp>, Error> {
        let text = self.one(name);
        if text.is_empty() {
            return Ok(None);
        }
        let wrong = || Error::invalid(name, "is not a day");
        let day: jiff::civil::Date = text.parse().map_err(|_| wrong())?;
        let end = day.at(23, 59, 59, 0).to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| wrong())?;
        Ok(Some(Timestamp(end.timestamp().as_millisecond())))
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Fault;

    async fn from_request(request: Request, _: &S) -> Result<Self, Fault> {
        Self::read(request, LONGEST).await
    }
}

/// What stands behind the `?`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    fields: Fields,
    path: String,
}

impl Asked {
    /// The first value of a name, or nothing.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.fields.one(name)
    }

    /// The first value as it was typed, with the blanks around it.
    pub(crate) fn raw(&self, name: &str) -> &str {
        self.fields.raw(name)
    }

    /// The value, unless it is empty.
    pub(crate) fn some(&self, name: &str) -> Option<&str> {
        Some(self.one(name)).filter(|value| !value.is_empty())
    }

    /// The page of a list that is wanted.
    pub(crate) fn page(&self, size: u64) -> PageRequest {
        let number: u64 = self.one("page").parse().unwrap_or(1);
        PageRequest::offset(number.clamp(1, 1_000_000).saturating_sub(1) * size, size)
    }

    /// The address of this page with one value set or taken away; a changed
    /// filter starts the list anew.
    pub(crate) fn with(&self, name: &str, value: Option<&str>) -> String {
        let mut kept: Vec<(&str, &str)> = self
            .fields
            .0
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .filter(|(n, v)| *n != name && *n != "page" && !v.is_empty())
            .collect();
        if let Some(value) = value {
            kept.push((name, value));
        }
        self.address(&kept)
    }

    /// The address of this page without any of these.
    pub(crate) fn without(&self, names: &[&str]) -> String {
        let kept: Vec<(&str, &str)> = self
            .fields
            .0
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .filter(|(n, _)| !names.contains(n) && *n != "page")
            .collect();
        self.address(&kept)
    }

    fn address(&self, values: &[(&str, &str)]) -> String {
        let query = serde_urlencoded::to_string(values).unwrap_or_default();
        if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let fields =
            serde_urlencoded::from_str(parts.uri.query().unwrap_or_default()).unwrap_or_default();
        Ok(Self { fields: Fields(fields), path: parts.uri.path().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Fields};

    #[test]
    fn a_filter_changes_alone_and_leaves_the_page() {
        let fields = Fields::of(&[("severity", "error"), ("rule", "a b"), ("page", "3")]);
        let asked = Asked { fields, path: "/x".into() };
        assert_eq!(asked.with("severity", Some("fatal")), "/x?rule=a+b&severity=fatal");
        assert_eq!(asked.with("severity", None), "/x?rule=a+b");
        assert_eq!(asked.without(&["severity", "rule"]), "/x");
        assert_eq!(asked.page(20).skip(), 40);
    }

    #[test]
    fn days_end_in_the_evening() {
        let fields = Fields::of(&[("a", "2026-11-21"), ("b", "soon"), ("c", "")]);
        assert_eq!(fields.day("a").unwrap().unwrap().seconds(), 1_795_305_599);
        assert!(fields.day("b").is_err());
        assert!(fields.day("c").unwrap().is_none());
    }
}
