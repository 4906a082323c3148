//! Rules of names that become part of an address.

use base::{Error, Result};

/// Checks a slug: 1 to 64 characters from `a-z A-Z 0-9 . _ -`, beginning with
/// a letter or digit, not ending in `.git` or `.`.
///
/// # Errors
/// `Missing` for an empty name, else `Invalid`, both naming `field`.
pub fn check_slug(field: &'static str, name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::missing(field));
    }
    if name.len() > 64 {
        return Err(Error::invalid(field, "must have at most 64 characters"));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) || !name.chars().all(allowed) {
        return Err(Error::invalid(
            field,
            "must begin with a letter or digit and hold only letters, digits, '.', '_' and '-'",
        ));
    }
    let lower = name.to_ascii_lowercase();
    if lower.ends_with(".git") || name.ends_with('.') || name.contains("..") {
        return Err(Error::invalid(field, "must not end in '.' or '.git', nor contain '..'"));
    }
    Ok(())
}

/// Checks a day, `YYYY-MM-DD`; the empty text means none.
pub(crate) fn check_day(field: &'static str, day: &str) -> Result<Option<String>> {
    if day.is_empty() {
        return Ok(None);
    }
    day.parse::<jiff::civil::Date>()
        .ok()
        .filter(|_| day.len() == 10)
        .map(|date| Some(date.to_string()))
        .ok_or_else(|| Error::invalid(field, "must be a day written as YYYY-MM-DD"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs() {
        for good in ["a", "mortise", "Web-App_2.0", "0x"] {
            check_slug("name", good).unwrap();
        }
        for bad in ["", ".hidden", "-x", "a/b", "a b", "名", "x.git", "X.GIT", "a..b", "a."] {
            let error = check_slug("name", bad).unwrap_err();
            assert!(error.to_string().contains("name"), "{bad}: {error}");
        }
    }

    #[test]
    fn days() {
        assert_eq!(check_day("start_date", "").unwrap(), None);
        assert_eq!(check_day("start_date", "2020-02-29").unwrap().as_deref(), Some("2020-02-29"));
        for bad in ["2021-02-29", "2020/01/01", "today", "2020-1-1"] {
            check_day("start_date", bad).unwrap_err();
        }
    }
}
