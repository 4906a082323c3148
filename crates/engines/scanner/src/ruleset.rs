//! What a team wants checked: which rules, how severe, which paths.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobSet, GlobSetBuilder};
use serde::{Deserialize, Serialize};

use crate::ENGINE_VERSION;
use crate::rules::{RuleInfo, Severity};

/// The choice of rules and limits for a scan. Serialised as JSON it is the
/// stored form; missing fields take their defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ruleset {
    /// Packs whose rules are on, of [`PACKS`](crate::PACKS). A rule in several is
    /// on when one of them is.
    pub packs: BTreeSet<String>,
    /// Settings of single rules by full id; they win over packs.
    pub rules: BTreeMap<String, RuleSetting>,
    /// If not empty, only paths that match one of these globs are scanned.
    pub include: Vec<String>,
    /// Paths that match one of these globs are not scanned.
    pub exclude: Vec<String>,
    /// What counts as a duplicate.
    pub clones: CloneLimits,
    /// What one file may cost.
    pub limits: Limits,
    /// External analysers by name; whoever scans runs them beside the engine.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub adapters: BTreeSet<String>,
}

/// Changes to one rule. What is not set stays as the rule says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RuleSetting {
    /// Switches the rule on or off whatever the packs say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Another severity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Another threshold, for metric rules: the largest value that is fine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<u32>,
}

/// Smallest clone that is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CloneLimits {
    /// Tokens, at least 30.
    pub min_tokens: u32,
    /// Lines, on both sides.
    pub min_lines: u32,
}

impl Default for CloneLimits {
    fn default() -> Self {
        Self { min_tokens: 100, min_lines: 10 }
    }
}

/// Bounds on the work for one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Larger files are skipped, in bytes.
    pub max_bytes: u64,
    /// Parsing stops after this many milliseconds.
    pub parse_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 2 * 1024 * 1024, parse_ms: 10_000 }
    }
}

impl Default for Ruleset {
    fn default() -> Self {
        Self {
            packs: BTreeSet::from(["recommended".to_owned(), "metrics".to_owned()]),
            rules: BTreeMap::new(),
            include: Vec::new(),
            exclude: Vec::new(),
            clones: CloneLimits::default(),
            limits: Limits::default(),
            adapters: BTreeSet::new(),
        }
    }
}

impl Ruleset {
    /// A stable hash of everything in it, 32 hexadecimal digits. Two rulesets
    /// with the same hash give the same result on the same files with the same
    /// engine.
    #[must_use]
    pub fn hash(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        format!("{:032x}", xxhash_rust::xxh3::xxh3_128(&json))
    }

    pub(crate) fn enables(&self, rule: &RuleInfo) -> bool {
        self.switches_on(&rule.id, &rule.packs)
    }

    /// [`enables`](Self::enables) for a rule of which only this is known.
    pub(crate) fn switches_on(&self, id: &str, packs: &[impl AsRef<str>]) -> bool {
        let said = self.rules.get(id).and_then(|setting| setting.enabled);
        said.unwrap_or_else(|| packs.iter().any(|pack| self.packs.contains(pack.as_ref())))
    }

    pub(crate) fn severity(&self, rule: &RuleInfo) -> Severity {
        self.rules.get(&rule.id).and_then(|s| s.severity).unwrap_or(rule.severity)
    }

    pub(crate) fn threshold(&self, rule: &RuleInfo) -> Option<u32> {
        self.rules.get(&rule.id).and_then(|s| s.threshold).or(rule.threshold)
    }

    /// Hash of what shapes a blob's report: the engine, the pattern rules that
    /// run, and the limits. Severities, thresholds, paths and clone sizes are
    /// applied when joining and leave it alone.
    pub(crate) fn analysis_hash(&self, rule_hashes: impl Iterator<Item = u64>) -> String {
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        hasher.update(ENGINE_VERSION.as_bytes());
        hasher.update(&self.limits.max_bytes.to_le_bytes());
        hasher.update(&self.limits.parse_ms.to_le_bytes());
        for hash in rule_hashes {
            hasher.update(&hash.to_le_bytes());
        }
        format!("{:032x}", hasher.digest128())
    }
}

/// The ruleset's path globs, compiled.
#[derive(Debug)]
pub(crate) struct PathFilter {
    include: Option<GlobSet>,
    exclude: GlobSet,
}

impl PathFilter {
    pub(crate) fn new(ruleset: &Ruleset) -> Result<Self, globset::Error> {
        let include =
            if ruleset.include.is_empty() { None } else { Some(globs(&ruleset.include)?) };
        Ok(Self { include, exclude: globs(&ruleset.exclude)? })
    }

    pub(crate) fn admits(&self, path: &str) -> bool {
        self.include.as_ref().is_none_or(|g| g.is_match(path)) && !self.exclude.is_match(path)
    }
}

/// A pattern without a slash matches at any depth, as in `.gitignore`; one that
/// names a directory matches what is below it.
fn globs(patterns: &[String]) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
        let anchored = pattern.trim_start_matches('/');
        let mut forms = vec![anchored.to_owned(), format!("{anchored}/**")];
        if !pattern.contains('/') {
            forms.push(format!("**/{pattern}"));
            forms.push(format!("**/{pattern}/**"));
        }
        for form in forms {
            set.add(Glob::new(&form)?);
        }
    }
    set.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_follows_the_content_only() {
        let a = Ruleset::default();
        let json = serde_json::to_string(&a).expect("serialises");
        let b: Ruleset = serde_json::from_str(&json).expect("parses");
        assert_eq!(a.hash(), b.hash());
        let c = Ruleset {
            clones: CloneLimits { min_tokens: 50, ..CloneLimits::default() },
            ..a.clone()
        };
        assert_ne!(a.hash(), c.hash());
        assert_eq!(serde_json::from_str::<Ruleset>("{}").expect("defaults"), a);
    }

    #[test]
    fn paths() {
        let filter = |include: &[&str], exclude: &[&str]| {
            let own = |l: &[&str]| l.iter().map(|s| (*s).to_owned()).collect();
            PathFilter::new(&Ruleset {
                include: own(include),
                exclude: own(exclude),
                ..Ruleset::default()
            })
            .expect("globs")
        };
        let f = filter(&[], &["tests", "*.gen.go", "a/b/**"]);
        assert!(!f.admits("x/tests/y.py"));
        assert!(!f.admits("x/y.gen.go"));
        assert!(!f.admits("a/b/c.go"));
        assert!(f.admits("a/c.go"));
        let f = filter(&["src"], &[]);
        assert!(f.admits("src/a.py"));
        assert!(!f.admits("lib/a.py"));
    }
}
