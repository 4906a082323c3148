//! Pages of a list.

use crate::{Error, Result};

/// Which part of a list is wanted: `size` items from page `number`, counted
/// from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    offset: u64,
    size: u64,
}

impl PageRequest {
    /// The most items that one page of any list may hold.
    pub const MAX_SIZE: u64 = 1000;

    /// Page `number` (from 1) of `size` items.
    ///
    /// # Errors
    /// `Invalid` naming `number_field` or `size_field` when the number is
    /// below 1 or the size is not within 1..=1000.
    pub fn numbered(
        number: i64,
        size: i64,
        (number_field, size_field): (&'static str, &'static str),
    ) -> Result<Self> {
        let number = u64::try_from(number)
            .ok()
            .filter(|number| (1..=1_000_000_000).contains(number))
            .ok_or_else(|| Error::invalid(number_field, "must be at least 1"))?;
        let size = u64::try_from(size)
            .ok()
            .filter(|size| (1..=Self::MAX_SIZE).contains(size))
            .ok_or_else(|| Error::invalid(size_field, "must be from 1 to 1000"))?;
        Ok(Self { offset: (number - 1) * size, size })
    }

    /// `limit` items (clamped to 1..=1000) after the first `offset`.
    pub fn offset(offset: u64, limit: u64) -> Self {
        // Databases count rows in signed 64 bits.
        Self { offset: offset.min(i64::MAX as u64), size: limit.clamp(1, Self::MAX_SIZE) }
    }

    /// The first `size` items.
    pub fn first(size: u64) -> Self {
        Self::offset(0, size)
    }

    /// How many items come before the page.
    pub fn skip(self) -> u64 {
        self.offset
    }

    /// The most items on the page.
    pub fn size(self) -> u64 {
        self.size
    }

    /// The page's number, from 1.
    pub fn number(self) -> u64 {
        self.offset / self.size + 1
    }
}

/// One page and the length of the whole list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// The page's items, in the list's order.
    pub items: Vec<T>,
    /// How many items the whole list has.
    pub total: u64,
    /// Which page this is.
    pub page: PageRequest,
}

impl<T> Paged<T> {
    /// The same page with every item changed by `change`.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Paged<U> {
        Paged {
            items: self.items.into_iter().map(change).collect(),
            total: self.total,
            page: self.page,
        }
    }

    /// Whether items follow after this page.
    pub fn has_next(&self) -> bool {
        self.page.skip() + (self.items.len() as u64) < self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_counted_from_one() {
        let page = PageRequest::numbered(3, 20, ("PageNumber", "PageSize")).unwrap();
        assert_eq!((page.skip(), page.size(), page.number()), (40, 20, 3));
    }

    #[test]
    fn a_bad_page_names_its_field() {
        let error = PageRequest::numbered(0, 20, ("PageNumber", "PageSize")).unwrap_err();
        assert!(error.to_string().contains("PageNumber"), "{error}");
        let error = PageRequest::numbered(1, 1001, ("PageNumber", "PageSize")).unwrap_err();
        assert!(error.to_string().contains("PageSize"), "{error}");
    }
}
