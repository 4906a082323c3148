//! Where a page stands, as the newer lists say it.

use base::Paged;
use schemars::JsonSchema;
use serde::Serialize;

/// Where a page stands in its list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PageInfo {
    /// The page's number, from 1.
    page_number: u64,
    /// How many items a page has.
    page_size: u64,
    /// How many pages there are.
    total_page: u64,
    /// How many items there are on all pages.
    total_row: u64,
}

impl<T> From<&Paged<T>> for PageInfo {
    fn from(paged: &Paged<T>) -> Self {
        Self {
            page_number: paged.page.number(),
            page_size: paged.page.size(),
            total_page: paged.total.div_ceil(paged.page.size()),
            total_row: paged.total,
        }
    }
}
