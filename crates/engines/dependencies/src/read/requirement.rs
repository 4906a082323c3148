//! Python's requirements, PEP 508.

/// The name of a requirement and what it asks of the version; markers, extras
/// and comments are left away. `None` for what names no package.
pub(super) fn parse(text: &str) -> Option<(&str, String)> {
    let text = text.split(" #").next().unwrap_or(text);
    let text = text.split(';').next().unwrap_or(text).trim();
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let rest = rest.trim();
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']')?.1.trim(),
        None => rest,
    };
    let rest = rest.trim_start_matches('(').trim_end_matches(')');
    let versioned = rest.is_empty() || rest.starts_with(['<', '>', '=', '!', '~', '@']);
    versioned.then(|| (name, rest.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// The version, if a requirement allows just one.
pub(super) fn pinned(requirement: &str) -> Option<&str> {
    let version = requirement.strip_prefix("===").or_else(|| requirement.strip_prefix("=="))?;
    let version = version.trim();
    (!version.is_empty() && !version.contains([',', '*', ' '])).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_are_taken_apart() {
        for (text, name, wanted, version) in [
            ("requests == 2.8.1", "requests", "== 2.8.1", Some("2.8.1")),
            ("Django>=3.2,<4 ; python_version > '3'", "Django", ">=3.2,<4", None),
            ("requests[security,tests]==2.8.* # why", "requests", "==2.8.*", None),
            ("foo", "foo", "", None),
            ("foo (==1.0)", "foo", "==1.0", Some("1.0")),
        ] {
            let (found, requirement) = parse(text).unwrap();
            assert_eq!((found, requirement.as_str()), (name, wanted));
            assert_eq!(pinned(&requirement), version);
        }
        for text in ["", "-e .", "https://x/y.whl", "./local", "a/b"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
