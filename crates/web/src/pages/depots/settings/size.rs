//! Sizes that people type, in megabytes of 1,048,576 bytes.

const MB: u64 = 1 << 20;

/// A stored size as its field shows it; one that is no whole number is rounded
/// up.
pub(super) fn shown(bytes: Option<u64>) -> String {
    bytes.map(|bytes| bytes.div_ceil(MB).to_string()).unwrap_or_default()
}

/// What a field says: a size, or nothing for no limit. A field that still
/// shows what is stored leaves it as it is, to the byte.
pub(super) fn typed(text: &str, stored: Option<u64>) -> Option<Option<u64>> {
    if text == shown(stored) {
        return Some(stored);
    }
    if text.is_empty() {
        return Some(None);
    }
    text.parse::<u64>().ok()?.checked_mul(MB).map(Some)
}

#[cfg(test)]
mod tests {
    use super::{MB, shown, typed};

    #[test]
    fn what_is_not_touched_stays() {
        let odd = Some(MB + 1);
        assert_eq!(shown(odd), "2");
        assert_eq!(typed("2", odd), Some(odd));
        assert_eq!(typed("3", odd), Some(Some(3 * MB)));
        assert_eq!(typed("", odd), Some(None));
        assert_eq!(typed("", None), Some(None));
        for wrong in ["x", "1.5", "-1", "18446744073709551615"] {
            assert_eq!(typed(wrong, odd), None, "{wrong}");
        }
    }
}
