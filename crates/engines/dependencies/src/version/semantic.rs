//! Semantic Versioning 2.0, with as many numbers as there are, and NuGet's
//! version of it, which ignores case.

use std::cmp::Ordering;

use super::{is_number, numbers};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    numbers: Vec<String>,
    /// The parts behind the hyphen.
    pre: Vec<String>,
}

impl Version {
    pub(super) fn parse(text: &str, lower: bool) -> Option<Self> {
        let text = text.strip_prefix(['v', 'V', '=']).unwrap_or(text);
        let text = text.split('+').next().unwrap_or(text);
        let (core, pre) = match text.split_once('-') {
            Some((core, pre)) => (core, Some(pre)),
            None => (text, None),
        };
        let mut numbers: Vec<String> = Vec::new();
        for number in core.split('.') {
            if !is_number(number) {
                return None;
            }
            numbers.push(number.trim_start_matches('0').to_owned());
        }
        while numbers.last().is_some_and(String::is_empty) {
            numbers.pop();
        }
        let part = |part: &str| if lower { part.to_lowercase() } else { part.to_owned() };
        let pre = pre.map(|pre| pre.split('.').map(part).collect()).unwrap_or_default();
        Some(Self { numbers, pre })
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let longest = self.numbers.len().max(other.numbers.len());
        let at = |list: &[String], index: usize| list.get(index).cloned().unwrap_or_default();
        for index in 0..longest {
            let order = numbers(&at(&self.numbers, index), &at(&other.numbers, index));
            if order != Ordering::Equal {
                return order;
            }
        }
        match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return Ordering::Greater,
            (false, true) => return Ordering::Less,
            (false, false) => {}
        }
        for (one, other) in self.pre.iter().zip(&other.pre) {
            let order = match (is_number(one), is_number(other)) {
                (true, true) => numbers(one, other),
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (false, false) => one.cmp(other),
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        self.pre.len().cmp(&other.pre.len())
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
