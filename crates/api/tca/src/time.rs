//! Moments as this dialect writes them.

use base::Timestamp;

/// `2021-05-14 02:34:44.509118+00:00`: UTC with microseconds, a blank before
/// the time.
pub(crate) fn spaced(moment: Timestamp) -> String {
    moment.to_jiff().strftime("%Y-%m-%d %H:%M:%S.%6f+00:00").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_form() {
        assert_eq!(spaced(Timestamp(1_620_959_684_509)), "2021-05-14 02:34:44.509000+00:00");
    }
}
