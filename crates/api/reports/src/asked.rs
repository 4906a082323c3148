//! What stands in the query of an address.

use std::collections::HashMap;

use axum::extract::Query;
use base::{Error, PageRequest};
use depots::DepotId;

/// The query of an address, by name.
pub(crate) type Asked = Query<HashMap<String, String>>;

/// The value of a name, without blanks around it; empty where it is not there.
pub(crate) fn one<'a>(asked: &'a Asked, name: &str) -> &'a str {
    asked.get(name).map_or("", |value| value.trim())
}

/// A natural number; `None` where it is not there.
pub(crate) fn number(asked: &Asked, name: &'static str) -> Result<Option<u64>, Error> {
    match one(asked, name) {
        "" => Ok(None),
        text => {
            text.parse().map(Some).map_err(|_| Error::invalid(name, "must be a natural number"))
        }
    }
}

/// A depot by its number; `None` where it is not there.
pub(crate) fn depot(asked: &Asked) -> Result<Option<DepotId>, Error> {
    let found = number(asked, "depot")?;
    Ok(found.map(|id| DepotId(i64::try_from(id).unwrap_or(i64::MAX))))
}

/// The page of `page=`, from 1, of so many items.
pub(crate) fn page(asked: &Asked, size: u64) -> Result<PageRequest, Error> {
    let number = number(asked, "page")?.unwrap_or(1).clamp(1, 1_000_000);
    Ok(PageRequest::offset((number - 1) * size, size))
}
