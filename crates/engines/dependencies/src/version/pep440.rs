//! Python's versions, PEP 440.

use std::cmp::Ordering;
use std::sync::LazyLock;

use regex::Regex;

use super::{is_number, numbers};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    epoch: String,
    release: Vec<String>,
    /// a, b or rc, and its number.
    pre: Option<(u8, String)>,
    post: Option<String>,
    dev: Option<String>,
    local: Vec<String>,
}

/// The pattern of the PEP's appendix.
const PATTERN: &str = r"(?ix)^v?
    (?:(?P<epoch>[0-9]+)!)?
    (?P<release>[0-9]+(?:\.[0-9]+)*)
    (?:[-_.]?(?P<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?P<pren>[0-9]*))?
    (?P<post>-(?P<postn1>[0-9]+)|[-_.]?(?:post|rev|r)[-_.]?(?P<postn2>[0-9]*))?
    (?P<dev>[-_.]?dev[-_.]?(?P<devn>[0-9]*))?
    (?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$";

fn pattern() -> Option<&'static Regex> {
    static REGEX: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(PATTERN).ok());
    REGEX.as_ref()
}

impl Version {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let parts = pattern()?.captures(text)?;
        let text = |name: &str| parts.name(name).map(|part| part.as_str());
        let mut release: Vec<String> = text("release")?.split('.').map(str::to_owned).collect();
        while release.len() > 1 && release.last().is_some_and(|last| numbers(last, "").is_eq()) {
            release.pop();
        }
        let pre = text("pre").map(|word| {
            let rank = match word.to_ascii_lowercase().as_str() {
                "a" | "alpha" => 0,
                "b" | "beta" => 1,
                _ => 2,
            };
            (rank, text("pren").unwrap_or_default().to_owned())
        });
        let post = text("post")
            .map(|_| text("postn1").or_else(|| text("postn2")).unwrap_or_default().to_owned());
        let dev = text("dev").map(|_| text("devn").unwrap_or_default().to_owned());
        let local = text("local").unwrap_or_default().to_ascii_lowercase();
        Some(Self {
            epoch: text("epoch").unwrap_or_default().to_owned(),
            release,
            pre,
            post,
            dev,
            local: local
                .split(['-', '_', '.'])
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect(),
        })
    }

    /// Where it stands among those of its release: before all, by its letter,
    /// or behind them.
    fn stage(&self) -> (u8, &str) {
        match (&self.pre, &self.post, &self.dev) {
            (Some((rank, number)), _, _) => (1 + rank, number),
            (None, None, Some(_)) => (0, ""),
            _ => (4, ""),
        }
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let optional =
            |one: &Option<String>, other: &Option<String>, missing: Ordering| match (one, other) {
                (Some(one), Some(other)) => numbers(one, other),
                (None, None) => Ordering::Equal,
                (None, Some(_)) => missing,
                (Some(_), None) => missing.reverse(),
            };
        let releases = || {
            for index in 0..self.release.len().max(other.release.len()) {
                let at = |list: &[String]| list.get(index).cloned().unwrap_or_default();
                let order = numbers(&at(&self.release), &at(&other.release));
                if order != Ordering::Equal {
                    return order;
                }
            }
            Ordering::Equal
        };
        let stages = || {
            let ((one, number), (two, against)) = (self.stage(), other.stage());
            one.cmp(&two).then_with(|| numbers(number, against))
        };
        let locals = || {
            for (one, other) in self.local.iter().zip(&other.local) {
                let order = match (is_number(one), is_number(other)) {
                    (true, true) => numbers(one, other),
                    (true, false) => Ordering::Greater,
                    (false, true) => Ordering::Less,
                    (false, false) => one.cmp(other),
                };
                if order != Ordering::Equal {
                    return order;
                }
            }
            self.local.len().cmp(&other.local.len())
        };
        numbers(&self.epoch, &other.epoch)
            .then_with(releases)
            .then_with(stages)
            .then_with(|| optional(&self.post, &other.post, Ordering::Less))
            .then_with(|| optional(&self.dev, &other.dev, Ordering::Greater))
            .then_with(locals)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
