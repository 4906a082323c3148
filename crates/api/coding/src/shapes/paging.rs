//! Pages of a list.

use std::future::Future;

use base::{PageRequest, Paged, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which page is wanted; spread it: `#[serde(rename = "..")] paging: Paging`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Paging {
    /// The page's number, from 1; the first where it is left out.
    page_number: Option<i64>,
    /// How many items a page has, from 1 to 1000; 20 where it is left out.
    page_size: Option<i64>,
}

const USUAL_SIZE: i64 = 20;

impl Paging {
    /// The page that is wanted.
    ///
    /// # Errors
    /// `Invalid` on `PageNumber` or `PageSize`.
    pub(crate) fn request(&self) -> Result<PageRequest> {
        self.request_of(USUAL_SIZE)
    }

    /// The page that is wanted, of `usual` items where no size is given.
    ///
    /// # Errors
    /// As [`Paging::request`].
    pub(crate) fn request_of(&self, usual: i64) -> Result<PageRequest> {
        PageRequest::numbered(
            self.page_number.unwrap_or(1),
            self.page_size.unwrap_or(usual),
            ("PageNumber", "PageSize"),
        )
    }

    /// The page that is wanted, or nothing where all of them are.
    ///
    /// # Errors
    /// As [`Paging::request`].
    pub(crate) fn request_or_all(&self) -> Result<Option<PageRequest>> {
        match (self.page_number, self.page_size) {
            (None, None) => Ok(None),
            _ => self.request().map(Some),
        }
    }
}

/// Where a page stands in its list; `flatten` it beside the items.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PageNumbers {
    /// The page's number, from 1.
    page_number: u64,
    /// How many items a page has.
    page_size: u64,
    /// How many items there are on all pages.
    total_count: u64,
}

impl<T> From<&Paged<T>> for PageNumbers {
    fn from(paged: &Paged<T>) -> Self {
        Self {
            page_number: paged.page.number(),
            page_size: paged.page.size(),
            total_count: paged.total,
        }
    }
}

/// The items of the page, or of all pages for an action that knows no pages.
pub(crate) async fn every<T, F>(
    page: Option<PageRequest>,
    list: impl Fn(PageRequest) -> F,
) -> Result<Vec<T>>
where
    F: Future<Output = Result<Paged<T>>>,
{
    if let Some(page) = page {
        return Ok(list(page).await?.items);
    }
    let mut items = Vec::new();
    loop {
        let next = list(PageRequest::offset(items.len() as u64, PageRequest::MAX_SIZE)).await?;
        let is_last = !next.has_next();
        items.extend(next.items);
        if is_last {
            return Ok(items);
        }
    }
}
