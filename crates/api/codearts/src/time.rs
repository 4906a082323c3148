//! Moments as this dialect writes them.

use base::Timestamp;

/// `2025-11-28T06:55:41Z`.
pub(crate) fn seconds(moment: Timestamp) -> String {
    moment.to_jiff().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `2025-11-28T06:55:41.000000Z`, as tokens carry it.
pub(crate) fn microseconds(moment: Timestamp) -> String {
    moment.to_jiff().strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// Reads the `yyyyMMddTHHmmssZ` of a signature.
pub(crate) fn parse_compact(text: &str) -> Option<Timestamp> {
    let time = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    let moment = time.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp(moment.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_forms() {
        let moment = parse_compact("20251128T065541Z").unwrap();
        assert_eq!(seconds(moment), "2025-11-28T06:55:41Z");
        assert_eq!(microseconds(moment), "2025-11-28T06:55:41.000000Z");
        for bad in ["", "2025-11-28T06:55:41Z", "20251328T065541Z", "20251128T065541"] {
            assert_eq!(parse_compact(bad), None, "{bad}");
        }
    }
}
