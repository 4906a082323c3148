//! Advisories by the packages that they are about.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Advisory, Affected, Level, severity};
use crate::{Component, Ecosystem};

/// Advisories, found by package.
#[derive(Debug, Clone, Default)]
pub struct Index(HashMap<(Ecosystem, String), Vec<Arc<Advisory>>>);

/// An advisory that holds for a component.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// Its identifier.
    pub id: String,
    /// What others call it, the CVE first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// One line.
    pub summary: String,
    /// How grave it is.
    pub level: Level,
    /// CVSS, from 0 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// The version that mends it, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fixed: String,
}

/// Characters of a summary.
const SUMMARY: usize = 300;

impl Index {
    /// Takes an advisory in. One that was withdrawn, or is about nothing that
    /// is known here, is left out.
    pub fn insert(&mut self, advisory: Advisory) {
        if !advisory.holds() {
            return;
        }
        let packages = advisory.packages();
        let advisory = Arc::new(advisory);
        for key in packages {
            self.0.entry(key).or_default().push(Arc::clone(&advisory));
        }
    }

    /// The advisories that hold for a component, the gravest first. Those that
    /// are one fault under several names are one.
    #[must_use]
    pub fn find(&self, component: &Component) -> Vec<Match> {
        let name = component.ecosystem.normal_name(&component.name);
        let key = (component.ecosystem, name);
        let mut found: Vec<Match> = Vec::new();
        for advisory in self.0.get(&key).into_iter().flatten() {
            let effect = advisory.affects(key.0, &key.1, &component.version);
            let Some(effect) = effect else { continue };
            let affected: Vec<&Affected> = advisory.about(key.0, &key.1).collect();
            let (level, score) = severity::of(advisory, &affected);
            let new = Match {
                id: advisory.id.clone(),
                aliases: advisory.aliases.clone(),
                summary: summary(advisory),
                level,
                score,
                fixed: effect.fixed.unwrap_or_default(),
            };
            match found.iter_mut().find(|known| is_same(known, &new)) {
                Some(known) => merge(known, new),
                None => found.push(new),
            }
        }
        for one in &mut found {
            let id = one.id.clone();
            one.aliases.retain(|alias| *alias != id);
            one.aliases.sort_by_key(|alias| (!alias.starts_with("CVE-"), alias.clone()));
            one.aliases.dedup();
        }
        found.sort_by(|one, other| {
            let scores = || other.score.unwrap_or(0.0).total_cmp(&one.score.unwrap_or(0.0));
            other.level.cmp(&one.level).then_with(scores).then_with(|| one.id.cmp(&other.id))
        });
        found
    }
}

fn summary(advisory: &Advisory) -> String {
    let text = if advisory.summary.trim().is_empty() {
        // The first sentence, or what fits.
        let text = advisory.details.split_whitespace().collect::<Vec<_>>().join(" ");
        match text.find(". ") {
            Some(end) => text[..=end].to_owned(),
            None => text,
        }
    } else {
        advisory.summary.trim().to_owned()
    };
    match text.char_indices().nth(SUMMARY) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn is_same(one: &Match, other: &Match) -> bool {
    let names = |one: &Match, other: &Match| {
        one.id == other.id
            || other.aliases.contains(&one.id)
            || one
                .aliases
                .iter()
                .any(|alias| alias.starts_with("CVE-") && other.aliases.contains(alias))
    };
    names(one, other) || names(other, one)
}

/// The better known of the two keeps its name and what only the other says is
/// added.
fn merge(known: &mut Match, mut new: Match) {
    let rank = |found: &Match| match found.id.get(..4) {
        Some("GHSA") => 0,
        Some("RUST" | "PYSE") => 1,
        _ => 2,
    };
    if (rank(&new), &new.id) < (rank(known), &known.id) {
        std::mem::swap(known, &mut new);
    }
    known.aliases.push(new.id);
    known.aliases.append(&mut new.aliases);
    if known.score.is_none() && (known.level == Level::Unknown || new.score.is_some()) {
        known.level = new.level;
        known.score = new.score;
    }
    if known.fixed.is_empty() {
        known.fixed = new.fixed;
    }
    if known.summary.is_empty() {
        known.summary = new.summary;
    }
}
