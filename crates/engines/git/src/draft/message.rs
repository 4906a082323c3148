//! Messages as Git stores them.

use crate::{Error, Result};

/// What `git stripspace` makes of a message: no white space at line ends, no empty lines at the
/// start and the end, at most one in a row between, and a line end at the end.
///
/// # Errors
/// [`Error::Invalid`] when nothing is left, or for a NUL.
pub(crate) fn clean_message(text: &str) -> Result<String> {
    if text.contains('\0') {
        return Err(Error::Invalid("the message must not hold a NUL".to_owned()));
    }
    let clean = strip_space(text);
    if clean.is_empty() {
        return Err(Error::Invalid("the message must not be empty".to_owned()));
    }
    Ok(clean)
}

/// As [`clean_message`], where nothing may be left.
pub(super) fn strip_space(text: &str) -> String {
    let mut clean = String::with_capacity(text.len() + 1);
    let mut empty_before = false;
    for line in text.split('\n') {
        let line = line.trim_end_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
        if line.is_empty() {
            empty_before = !clean.is_empty();
            continue;
        }
        if std::mem::take(&mut empty_before) {
            clean.push('\n');
        }
        clean.push_str(line);
        clean.push('\n');
    }
    clean
}

/// A text in the encoding of that name as UTF-8; `None` where it is not in that encoding, or
/// nobody knows it.
pub(super) fn to_utf8(data: &[u8], encoding: &[u8]) -> Option<Vec<u8>> {
    let name = std::str::from_utf8(encoding).ok()?.trim().to_ascii_lowercase();
    match name.as_str() {
        "utf-8" | "utf8" => Some(data.to_vec()),
        // The label means Windows-1252 to browsers, whose table `encoding_rs` has.
        "iso-8859-1" | "iso8859-1" | "latin1" | "latin-1" => {
            Some(data.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes())
        }
        _ => encoding_rs::Encoding::for_label(name.as_bytes())?
            .decode_without_bom_handling_and_without_replacement(data)
            .map(|text| text.into_owned().into_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_stripped_as_git_does() {
        assert_eq!(clean_message("\n\n a \t\r\n\n\n\nb\n\n").unwrap(), " a\n\nb\n");
        assert_eq!(clean_message("x").unwrap(), "x\n");
        for bad in ["", " \n\t\n", "a\0b"] {
            assert!(clean_message(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn old_encodings_are_read() {
        assert_eq!(to_utf8(b"\xe9\x80", b"ISO-8859-1").unwrap(), "é\u{80}".as_bytes());
        assert_eq!(to_utf8(b"\xb9\xe3\xb2\xa5", b"GBK").unwrap(), "广播".as_bytes());
        assert_eq!(to_utf8(b"x", b"no-such"), None);
        assert_eq!(to_utf8(b"\xff", b"GBK"), None);
    }
}
