//! What literals and names stand for, as most languages write them.

use std::borrow::Cow;

/// A number as it is written in source code.
pub(in super::super) fn integer(text: &str) -> Option<i64> {
    let text = text.trim_end_matches(['l', 'L', 'u', 'U', 'n']);
    let plain = text.replace('_', "");
    if let Some(hex) = plain.strip_prefix("0x").or_else(|| plain.strip_prefix("0X")) {
        return i64::from_str_radix(hex, 16).ok();
    }
    if let Some(octal) = plain.strip_prefix("0o") {
        return i64::from_str_radix(octal, 8).ok();
    }
    if let Some(binary) = plain.strip_prefix("0b") {
        return i64::from_str_radix(binary, 2).ok();
    }
    plain.parse().ok()
}

/// The last name of a dotted or generic type: `java.util.List<String>` is `List`.
pub(in super::super) fn last_name(text: &str) -> &str {
    let text = text.split(['<', '[', '?', '{']).next().unwrap_or_default().trim();
    text.rsplit(['.', '\\', ':']).next().unwrap_or_default().trim_start_matches(['*', '&', '$'])
}

/// What the text between quotes stands for.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some(c) => out.push(c),
            None => {}
        }
    }
    Cow::Owned(out)
}
