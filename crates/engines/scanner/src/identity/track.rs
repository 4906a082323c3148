//! Which findings of a scan are those of an earlier one.
//!
//! Candidates are paired by ever weaker keys; a finding paired once is out.
//! Within a key, the pair whose surrounding lines agree most goes first, then
//! the pair that stands at the most similar rank, so that of several equal lines
//! each keeps its own history. A pair of whose surroundings nothing agrees is none,
//! unless nothing is known of them: as in a file of one line, or where the text and
//! the symbol say all there is.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

use serde::{Deserialize, Serialize};

use super::Finding;
use crate::report::ContextHashes;

/// What must be remembered of a finding to recognise it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracked {
    /// Path at the time of the earlier scan.
    pub path: String,
    /// Full rule id.
    pub rule: String,
    /// Enclosing classes and functions.
    pub symbol: String,
    /// First line, from 1.
    pub line: u32,
    /// Hashes of the place.
    pub context: ContextHashes,
}

impl From<&Finding> for Tracked {
    fn from(finding: &Finding) -> Self {
        Self {
            path: finding.path.clone(),
            rule: finding.rule.clone(),
            symbol: finding.symbol.clone(),
            line: finding.span.start_line,
            context: finding.context,
        }
    }
}

/// How two findings were recognised as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Same file, symbol, line text and matched text.
    Exact,
    /// Same file and symbol, and the matched text or the line.
    Symbol,
    /// Same file, and the matched text or the line; the symbol differs.
    File,
    /// Same file and surroundings; the line itself was edited.
    Edited,
    /// Another file, with the same text and surroundings.
    Moved,
}

/// A finding that was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// Index into the earlier findings.
    pub previous: usize,
    /// Index into the current findings.
    pub current: usize,
    /// How it was recognised.
    pub step: Step,
}

/// The outcome: every index of either list appears exactly once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matches {
    /// In both, in order of the current index.
    pub same: Vec<Match>,
    /// Current findings that are new.
    pub new: Vec<usize>,
    /// Earlier findings that are gone.
    pub gone: Vec<usize>,
}

/// Pairs the findings of two scans one to one. `renames` are the files that
/// moved between them, as (old path, new path).
#[must_use]
pub fn track<F: Borrow<Finding>>(
    previous: &[Tracked],
    current: &[F],
    renames: &[(String, String)],
) -> Matches {
    let renamed: HashMap<&str, &str> =
        renames.iter().map(|(old, new)| (old.as_str(), new.as_str())).collect();
    let old: Vec<Place<'_>> = previous
        .iter()
        .map(|t| Place {
            path: renamed.get(t.path.as_str()).unwrap_or(&t.path.as_str()),
            rule: &t.rule,
            symbol: &t.symbol,
            line: t.line,
            context: &t.context,
        })
        .collect();
    let new: Vec<Place<'_>> = current
        .iter()
        .map(Borrow::borrow)
        .map(|f: &Finding| Place {
            path: &f.path,
            rule: &f.rule,
            symbol: &f.symbol,
            line: f.span.start_line,
            context: &f.context,
        })
        .collect();
    let mut tracker = Tracker {
        old_free: vec![true; old.len()],
        new_free: vec![true; new.len()],
        old,
        new,
        same: Vec::new(),
    };
    tracker.run();
    tracker.finish()
}

/// What either list says of a finding, with the path it has now.
struct Place<'a> {
    path: &'a str,
    rule: &'a str,
    symbol: &'a str,
    line: u32,
    context: &'a ContextHashes,
}

impl Place<'_> {
    /// How many of the surrounding lines agree, 0 to 6.
    fn agreement(&self, other: &Self) -> u32 {
        let pairs = self.context.around.iter().zip(&other.context.around);
        pairs.filter(|(a, b)| a == b && **a != 0).count() as u32
    }

    /// The name of the function or class around it, if that has one.
    fn name(&self) -> Option<&str> {
        let name = self.symbol.rsplit('.').next().unwrap_or_default();
        (!name.is_empty() && !name.starts_with('(')).then_some(name)
    }

    /// How many of the surrounding lines say something, 0 to 6.
    fn surroundings(&self) -> u32 {
        self.context.around.iter().filter(|line| **line != 0).count() as u32
    }
}

struct Tracker<'a> {
    old: Vec<Place<'a>>,
    new: Vec<Place<'a>>,
    old_free: Vec<bool>,
    new_free: Vec<bool>,
    same: Vec<Match>,
}

impl<'a> Tracker<'a> {
    fn run(&mut self) {
        self.pass(Step::Exact, 1, |p| {
            Some((p.path, p.rule, p.symbol, p.context.line, p.context.text))
        });
        self.pass(Step::Symbol, 2, |p| Some((p.path, p.rule, p.symbol, p.context.text)));
        self.pass(Step::Symbol, 2, |p| Some((p.path, p.rule, p.symbol, p.context.line)));
        self.pass(Step::File, 2, |p| Some((p.path, p.rule, p.context.text)));
        self.pass(Step::File, 2, |p| Some((p.path, p.rule, p.context.line)));
        // The line itself was edited: its neighbours must say so.
        self.pass(Step::Edited, 3, |p| Some((p.path, p.rule, p.symbol)));
        self.pass(Step::Edited, 4, |p| Some((p.path, p.rule)));
        self.pass(Step::Moved, 3, |p| Some((p.rule, p.context.text)));
    }

    /// Pairs what is left by a key; at least `least` surrounding lines must agree.
    fn pass<K: Hash + Eq>(&mut self, step: Step, least: u32, key: fn(&Place<'a>) -> Option<K>) {
        let mut groups: HashMap<K, (Vec<usize>, Vec<usize>)> = HashMap::new();
        for (i, place) in self.old.iter().enumerate().filter(|(i, _)| self.old_free[*i]) {
            if let Some(key) = key(place) {
                groups.entry(key).or_default().0.push(i);
            }
        }
        for (i, place) in self.new.iter().enumerate().filter(|(i, _)| self.new_free[*i]) {
            if let Some(key) = key(place)
                && let Some(group) = groups.get_mut(&key)
            {
                group.1.push(i);
            }
        }
        for (old, new) in groups.into_values() {
            if !new.is_empty() {
                self.pair(step, least, old, new);
            }
        }
    }

    fn pair(&mut self, step: Step, least: u32, mut old: Vec<usize>, mut new: Vec<usize>) {
        /// Beyond this many comparisons, order of lines decides.
        const MOST: usize = 40_000;
        old.sort_by_key(|i| (self.old[*i].path, self.old[*i].line));
        new.sort_by_key(|i| (self.new[*i].path, self.new[*i].line));
        if old.len() * new.len() > MOST {
            let pairs: Vec<_> = old.into_iter().zip(new).collect();
            for (o, n) in pairs {
                if agrees(step, least, &self.old[o], &self.new[n]).is_some() {
                    self.take(step, o, n);
                }
            }
            return;
        }
        let mut scored = Vec::with_capacity(old.len() * new.len());
        for (rank_old, o) in old.iter().enumerate() {
            for (rank_new, n) in new.iter().enumerate() {
                if let Some(agreement) = agrees(step, least, &self.old[*o], &self.new[*n]) {
                    let distance = rank_old.abs_diff(rank_new);
                    scored.push((std::cmp::Reverse(agreement), distance, *o, *n));
                }
            }
        }
        scored.sort_unstable();
        for (_, _, o, n) in scored {
            if self.old_free[o] && self.new_free[n] {
                self.take(step, o, n);
            }
        }
    }

    fn take(&mut self, step: Step, previous: usize, current: usize) {
        self.old_free[previous] = false;
        self.new_free[current] = false;
        self.same.push(Match { previous, current, step });
    }

    fn finish(mut self) -> Matches {
        self.same.sort_by_key(|m| m.current);
        let free = |flags: &[bool]| (0..flags.len()).filter(|i| flags[*i]).collect();
        Matches { same: self.same, new: free(&self.new_free), gone: free(&self.old_free) }
    }
}

/// Whether enough around two places agrees: `least` lines, or all where there are fewer and
/// the places themselves say the same.
fn agrees(step: Step, least: u32, old: &Place<'_>, new: &Place<'_>) -> Option<u32> {
    let least = match step {
        Step::Exact | Step::Symbol | Step::File => {
            least.min(old.surroundings().max(new.surroundings()))
        }
        Step::Edited => least,
        // Files begin alike; that the function has the same name says more.
        Step::Moved if old.name() == new.name() && old.name().is_some() => least,
        Step::Moved => least + 2,
    };
    Some(old.agreement(new)).filter(|agreement| *agreement >= least)
}
