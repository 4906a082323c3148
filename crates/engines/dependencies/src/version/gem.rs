//! Versions of gems: numbers and words, and a word comes before the release.

use std::cmp::Ordering;

use super::{is_number, numbers};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version(Vec<String>);

impl Version {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.replace('-', ".pre.");
        if !text.starts_with(|c: char| c.is_ascii_digit())
            || !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.')
        {
            return None;
        }
        let mut parts: Vec<String> = Vec::new();
        for piece in text.split('.') {
            let mut digit = None;
            for c in piece.chars() {
                match (parts.last_mut(), digit == Some(c.is_ascii_digit())) {
                    (Some(last), true) => last.push(c),
                    _ => parts.push(c.to_string()),
                }
                digit = Some(c.is_ascii_digit());
            }
        }
        // Zeros at the end, and before the first word, mean nothing.
        let word = parts.iter().position(|part| !is_number(part)).unwrap_or(parts.len());
        let mut release = parts[..word].to_vec();
        let zero = |part: &String| part.bytes().all(|byte| byte == b'0');
        while release.last().is_some_and(zero) {
            release.pop();
        }
        let mut rest = parts[word..].to_vec();
        while rest.last().is_some_and(zero) {
            rest.pop();
        }
        release.extend(rest);
        Some(Self(release))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        for index in 0..self.0.len().max(other.0.len()) {
            let at = |list: &[String]| list.get(index).cloned().unwrap_or_else(|| "0".to_owned());
            let (one, other) = (at(&self.0), at(&other.0));
            let order = match (is_number(&one), is_number(&other)) {
                (true, true) => numbers(&one, &other),
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => one.cmp(&other),
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        Ordering::Equal
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
