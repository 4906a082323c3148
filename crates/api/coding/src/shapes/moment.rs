//! Days and times that come as text.

use base::{Error, Result};

/// Which end of a day is meant by one that is given without a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayEnd {
    /// Its first second.
    First,
    /// Its last second.
    Last,
}

/// Reads `2026-01-31`, `2026-01-31 08:00:00`, `2026-01-31T08:00:00Z` or
/// milliseconds since 1970, as seconds since 1970; nothing where the text is
/// empty. Without a time zone, UTC is meant.
///
/// # Errors
/// `Invalid` on `field`.
pub(crate) fn seconds(text: Option<&str>, field: &'static str, end: DayEnd) -> Result<Option<i64>> {
    let text = text.unwrap_or_default().trim();
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(millis) = text.parse::<i64>() {
        return Ok(Some(millis.div_euclid(1000)));
    }
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Ok(Some(moment.as_second()));
    }
    let utc = jiff::tz::TimeZone::UTC;
    if text.len() > 10
        && let Ok(moment) = text.parse::<jiff::civil::DateTime>()
        && let Ok(moment) = moment.to_zoned(utc.clone())
    {
        return Ok(Some(moment.timestamp().as_second()));
    }
    let day = text.parse::<jiff::civil::Date>().ok().and_then(|day| day.to_zoned(utc).ok());
    let day = day.ok_or_else(|| Error::invalid(field, "must be a day such as 2026-01-31"))?;
    let first = day.timestamp().as_second();
    Ok(Some(if end == DayEnd::Last { first + 86_399 } else { first }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_a_moment() {
        let read = |text, end| seconds(Some(text), "X", end).ok().flatten();
        assert_eq!(read("1970-01-02", DayEnd::First), Some(86_400));
        assert_eq!(read("1970-01-02", DayEnd::Last), Some(2 * 86_400 - 1));
        for text in ["1970-01-02 00:00:05", "1970-01-02T08:00:05+08:00", "86405999"] {
            assert_eq!(read(text, DayEnd::Last), Some(86_405), "{text}");
        }
        assert_eq!(seconds(Some(" "), "X", DayEnd::First).ok(), Some(None));
        assert_eq!(seconds(None, "X", DayEnd::First).ok(), Some(None));
        for text in ["yesterday", "2026-13-01", "01.02.2026"] {
            let refused = seconds(Some(text), "X", DayEnd::First);
            assert!(matches!(refused, Err(Error::Invalid { .. })), "{text}");
        }
    }
}
