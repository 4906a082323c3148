//! `limit` and `offset`, and the links to the pages around.

use base::{Error, PageRequest, Paged, Result};
use serde::Serialize;

/// Rows on a page when nothing is said.
const DEFAULT_LIMIT: u64 = 10;

/// A page as this dialect gives it.
#[derive(Debug, Serialize)]
pub(crate) struct List<T> {
    count: u64,
    next: Option<String>,
    previous: Option<String>,
    results: Vec<T>,
}

/// Reads `limit` and `offset` from the query. As in the original, values that
/// are no numbers fall back to the default, and so does a limit of zero.
pub(crate) fn request(query: &Query) -> Result<PageRequest> {
    let number = |name| query.get(name).and_then(|text| text.parse::<u64>().ok());
    let limit = number("limit").filter(|limit| *limit > 0).unwrap_or(DEFAULT_LIMIT);
    if limit > PageRequest::MAX_SIZE {
        return Err(Error::invalid("limit", "must be at most 1000"));
    }
    Ok(PageRequest::offset(number("offset").unwrap_or(0), limit))
}

/// Renders a page; `address` is that of the request without its query.
pub(crate) fn render<T>(page: Paged<T>, address: &str, query: &Query) -> List<T> {
    let limit = page.page.size();
    let offset = page.page.skip();
    let link = |offset: Option<u64>| Some(format!("{address}?{}", query.with_page(limit, offset)));
    let next = if page.has_next() { link(Some(offset + limit)) } else { None };
    let previous = match offset {
        0 => None,
        offset => link(Some(offset.saturating_sub(limit)).filter(|offset| *offset > 0)),
    };
    List { count: page.total, next, previous, results: page.items }
}

/// The pairs of a query, in their order.
#[derive(Debug)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the raw query of an address.
    pub(crate) fn parse(raw: Option<&str>) -> Result<Self> {
        serde_urlencoded::from_str(raw.unwrap_or_default())
            .map(Self)
            .map_err(|_| Error::invalid("query", "cannot be decoded"))
    }

    /// The first value of that name, unless it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    fn with_page(&self, limit: u64, offset: Option<u64>) -> String {
        let mut pairs: Vec<(&str, String)> = self
            .0
            .iter()
            .filter(|(key, _)| key != "limit" && key != "offset")
            .map(|(key, value)| (key.as_str(), value.clone()))
            .collect();
        pairs.push(("limit", limit.to_string()));
        if let Some(offset) = offset {
            pairs.push(("offset", offset.to_string()));
        }
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(total: u64, raw: &str) -> List<u64> {
        let query = Query::parse(Some(raw)).unwrap();
        let page = request(&query).unwrap();
        let items = (page.skip()..total.min(page.skip() + page.size())).collect();
        render(Paged { items, total, page }, "http://h/x/", &query)
    }

    #[test]
    fn links_lead_to_the_pages_around_and_keep_the_filters() {
        let first = page(25, "scope=my&limit=10");
        assert_eq!(first.next.as_deref(), Some("http://h/x/?scope=my&limit=10&offset=10"));
        assert_eq!(first.previous, None);
        let second = page(25, "limit=10&offset=10");
        assert_eq!(second.next.as_deref(), Some("http://h/x/?limit=10&offset=20"));
        assert_eq!(second.previous.as_deref(), Some("http://h/x/?limit=10"));
        let last = page(25, "limit=10&offset=20");
        assert_eq!((last.next, last.results.len()), (None, 5));
    }

    #[test]
    fn odd_numbers_fall_back() {
        assert_eq!(page(25, "limit=x&offset=-3").results.len(), 10);
        assert_eq!(page(25, "limit=0").results.len(), 10);
        assert!(request(&Query::parse(Some("limit=100000")).unwrap()).is_err());
    }
}
