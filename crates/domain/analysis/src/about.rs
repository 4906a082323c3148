//! What the analyser is, can do, and how good it is.

use std::sync::OnceLock;

use base::{Error, Result};
use scanner::Ability;
use serde::Deserialize;

/// What was measured of the analyser, as it stands in the repository.
const ACCURACY: &str = include_str!("../accuracy.json");

/// Words in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InBoth {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// One thing that was measured.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// What.
    pub what: InBoth,
    /// How, and on what.
    pub how: InBoth,
    /// The day.
    pub on: String,
    /// What came out, by name.
    pub figures: Vec<(String, String)>,
}

/// An external analyser that there is a declaration for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAdapter {
    /// Its name in rulesets.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Where it is described.
    pub website: &'static str,
    /// The languages that it is for.
    pub languages: &'static [String],
    /// The program that has to be on the server's machine.
    pub program: &'static str,
    /// It is there.
    pub found: bool,
}

/// The analyser.
#[derive(Debug, Clone)]
pub struct About {
    /// The engine's version: another one may find other things.
    pub engine: &'static str,
    /// Languages that have a grammar.
    pub languages: Vec<Ability>,
    /// Languages of which lines are counted and secrets found, those included.
    pub counted: usize,
    /// Packs with the number of their built-in rules.
    pub packs: Vec<(&'static str, usize)>,
    /// External analysers by name.
    pub adapters: Vec<KnownAdapter>,
    /// What was measured.
    pub accuracy: &'static [Measured],
}

/// What the analyser is and can do, and which external ones are on this machine.
///
/// # Errors
/// Never with what is built in.
pub async fn about() -> Result<About> {
    let known = || {
        adapters::declarations().map(|one| KnownAdapter {
            name: &one.name,
            title: &one.title,
            website: &one.website,
            languages: &one.languages,
            program: &one.program,
            found: executor::find(&one.program).is_some(),
        })
    };
    let adapters = tokio::task::spawn_blocking(move || known().collect());
    let rules: Vec<_> = crate::rules()?.collect();
    let counted = scanner::Language::all().count();
    Ok(About {
        engine: scanner::ENGINE_VERSION,
        languages: scanner::abilities().map_err(Error::internal)?,
        counted,
        packs: scanner::PACKS
            .iter()
            .map(|pack| (*pack, rules.iter().filter(|r| r.packs.iter().any(|p| p == pack)).count()))
            .collect(),
        adapters: adapters.await.map_err(Error::internal)?,
        accuracy: measured(),
    })
}

/// The names of the external analysers that rulesets can choose.
pub fn adapter_names() -> impl Iterator<Item = &'static str> {
    adapters::declarations().map(|one| one.name.as_str())
}

fn measured() -> &'static [Measured] {
    static ALL: OnceLock<Vec<Measured>> = OnceLock::new();
    // The test below reads it.
    ALL.get_or_init(|| serde_json::from_str(ACCURACY).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_can_be_read() {
        let read: std::result::Result<Vec<Measured>, _> = serde_json::from_str(ACCURACY);
        let read = read.unwrap_or_else(|error| panic!("{error}"));
        assert!(!read.is_empty());
        assert!(read.iter().all(|one| !one.figures.is_empty() && one.on.len() == 10));
    }
}
