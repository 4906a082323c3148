//! Versions of Composer packages: numbers and a word for how stable it is.

use std::cmp::Ordering;

use super::{is_number, numbers};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    numbers: Vec<String>,
    stability: u8,
    /// The numbers behind the word.
    again: Vec<String>,
}

impl Version {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let text = text.strip_prefix('v').unwrap_or(&text);
        let text = text.split('+').next().unwrap_or(text);
        let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
        let (core, rest) = text.split_at(end);
        let mut numbers: Vec<String> =
            core.trim_end_matches('.').split('.').map(str::to_owned).collect();
        if !numbers.iter().all(|number| is_number(number)) {
            return None;
        }
        while numbers.last().is_some_and(|last| last.bytes().all(|byte| byte == b'0')) {
            numbers.pop();
        }
        let rest = rest.trim_start_matches(['-', '.', '_']);
        let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
        let again: Vec<String> = rest[word.len()..]
            .split(['.', '-'])
            .filter(|part| is_number(part))
            .map(str::to_owned)
            .collect();
        let stability = match word.as_str() {
            "dev" => 0,
            "alpha" | "a" => 1,
            "beta" | "b" => 2,
            "rc" => 3,
            "" | "stable" => 4,
            "patch" | "pl" | "p" => 5,
            _ => return None,
        };
        Some(Self { numbers, stability, again })
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let lists = |one: &[String], other: &[String]| {
            for index in 0..one.len().max(other.len()) {
                let at = |list: &[String]| list.get(index).cloned().unwrap_or_default();
                let order = numbers(&at(one), &at(other));
                if order != Ordering::Equal {
                    return order;
                }
            }
            Ordering::Equal
        };
        lists(&self.numbers, &other.numbers)
            .then_with(|| self.stability.cmp(&other.stability))
            .then_with(|| lists(&self.again, &other.again))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
